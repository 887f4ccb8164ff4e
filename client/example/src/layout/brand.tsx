export function Brand() {
  return (
    <span className="brand">
      <img src="/gate.svg" alt="" width="28" height="28" />
      <span className="brand-name">Gatehouse</span>
    </span>
  );
}
