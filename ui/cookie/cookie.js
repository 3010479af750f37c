// Keeps the workspace token in this browser, readable by this site alone.
export default function ({ data }) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  const year = 365 * 24 * 3600;
  document.cookie =
    `${data.name}=${data.value}; Path=/; Max-Age=${year}; SameSite=Strict${secure}`;
}
