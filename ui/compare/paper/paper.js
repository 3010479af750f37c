// Opens the browser's own print dialog for the page that this stands in.
export default function ({ parentElement }) {
  const button = parentElement.querySelector(".gruve-print");
  const print = () => window.print();
  button.addEventListener("click", print);
  return () => button.removeEventListener("click", print);
}
