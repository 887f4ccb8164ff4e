import type { Pace } from "../measure.ts";
import type { Finding } from "../report.ts";
import type { Stage } from "../stage/stage.ts";

export interface Scenario {
  /** For `--only`. */
  name: string;
  /** One sentence on what is done and compared. */
  about: string;
  /** Takes minutes: left out by `--quick`. */
  isLong?: boolean;
  run(stage: Stage, pace: Pace): Promise<Finding>;
}
