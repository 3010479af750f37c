"""What the Learn page shows of networks, computed: gradients through time, a step taken apart."""
