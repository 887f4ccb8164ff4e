import { useState } from "react";

const THEMES = [
  { theme: "light", label: "Light", sign: "☀" },
  { theme: "system", label: "As the system", sign: "◐" },
  { theme: "dark", label: "Dark", sign: "☾" },
] as const;

/** Light, dark, or whatever the system says. The colours themselves are in style/base.css. */
export function ThemeSwitch() {
  const [chosen, setChosen] = useState(() => document.documentElement.dataset["theme"] ?? "system");
  const choose = (theme: string) => {
    // index.html reads it at the next load.
    localStorage.setItem("theme", theme);
    document.documentElement.dataset["theme"] = theme;
    setChosen(theme);
  };
  return (
    <fieldset className="themes">
      <legend className="unseen">Theme</legend>
      {THEMES.map(({ theme, label, sign }) => (
        <label key={theme} title={label}>
          <input
            className="unseen"
            type="radio"
            name="theme"
            checked={chosen === theme}
            onChange={() => choose(theme)}
          />
          <span aria-hidden="true">{sign}</span>
          <span className="unseen">{label}</span>
        </label>
      ))}
    </fieldset>
  );
}
