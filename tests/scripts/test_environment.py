"""The Python environment: made once, kept up to date, mended where it broke."""

import shutil

from tests.scripts.conftest import Machine


def test_first_start_makes_the_environment_and_passes_options_on(machine: Machine) -> None:
    done = machine.run("app", "--server.port", "8600")
    assert done.returncode == 0, done.stderr
    assert [line.split()[2] for line in machine.logged("python -m")] == [
        "venv", "pip", "pip", "streamlit",
    ]  # fmt: skip
    assert machine.log[-1] == "python -m streamlit run streamlit_app.py --server.port 8600"


def test_second_start_only_starts(machine: Machine) -> None:
    machine.run("app")
    done = machine.run("app")
    assert machine.log == ["python -m streamlit run streamlit_app.py"]
    assert done.stderr == ""


def test_changed_requirements_are_installed(machine: Machine) -> None:
    machine.run("app")
    with (machine.repo / "requirements.txt").open("a") as requirements:
        requirements.write("more==1.0\n")
    machine.run("app")
    assert machine.logged("python -m pip install")


def test_the_tests_environment_is_enough_for_the_app(machine: Machine) -> None:
    machine.run("test", "-k", "nothing")
    machine.run("app")
    assert not machine.logged("python -m pip")


def test_an_install_that_failed_goes_on_where_it_was(machine: Machine) -> None:
    (machine.folder / "fails-pip").touch()
    done = machine.run("app")
    assert done.returncode == 1
    assert "same command again" in done.stderr
    assert not machine.logged("python -m streamlit")

    (machine.folder / "fails-pip").unlink()
    done = machine.run("app")
    assert done.returncode == 0
    assert machine.logged("python -m pip install")
    assert not machine.logged("python -m venv")


def test_a_half_done_change_of_requirements_is_not_forgotten(machine: Machine) -> None:
    machine.run("app")
    before = (machine.repo / "requirements.txt").read_text()
    (machine.repo / "requirements.txt").write_text("other==2.0\n")
    (machine.folder / "fails-pip").touch()
    machine.run("app")
    (machine.folder / "fails-pip").unlink()
    (machine.repo / "requirements.txt").write_text(before)
    machine.run("app")
    assert machine.logged("python -m pip install")


def test_an_environment_made_by_hand_is_completed_not_replaced(machine: Machine) -> None:
    (machine.repo / ".venv/bin").mkdir(parents=True)
    shutil.copy(machine.folder / "bin/python3.12", machine.repo / ".venv/bin/python")
    machine.run("app")
    assert not machine.logged("python -m venv")
    assert machine.logged("python -m pip install")


def test_an_environment_whose_python_is_gone_is_made_anew(machine: Machine) -> None:
    machine.run("app")
    (machine.repo / ".venv/bin/python").unlink()
    done = machine.run("app")
    assert done.returncode == 0
    assert machine.logged("python -m venv --clear")


def test_a_python_that_does_not_run_or_is_too_old_is_passed_over(machine: Machine) -> None:
    machine.command(
        "python3.13", "#!/bin/sh\necho 'command not found in this version' >&2\nexit 127\n"
    )
    machine.python("python3.11", "3.10")
    machine.python("python3", "3.14")
    done = machine.run("app")
    assert done.returncode == 0
    assert "bin/python3.12" in done.stderr


def test_a_broken_python_does_not_hide_a_good_one_further_on(machine: Machine) -> None:
    shims = machine.folder / "shims"
    shims.mkdir()
    (shims / "python3.12").write_text("#!/bin/sh\nexit 127\n")
    (shims / "python3.12").chmod(0o755)
    machine.settings["PATH"] = f"{shims}:{machine.folder / 'bin'}"
    assert machine.run("app").returncode == 0


def test_the_python_can_be_named(machine: Machine) -> None:
    machine.python("mine", "3.11")
    machine.settings["GRUVE_PYTHON"] = "mine"
    assert "(mine)" in machine.run("app").stderr
    machine.settings["GRUVE_PYTHON"] = "yours"
    shutil.rmtree(machine.repo / ".venv")
    done = machine.run("app")
    assert done.returncode == 1
    assert "GRUVE_PYTHON=yours" in done.stderr


def test_nvidia_cards_get_an_environment_of_their_own(machine: Machine) -> None:
    machine.settings["GRUVE_GPU"] = "1"
    machine.run("app")
    assert machine.logged("python -m venv") == ["python -m venv --clear .venv-gpu"]
    assert "requirements-gpu.txt" in machine.logged("python -m pip install")[0]
