import { describeTwin } from "./support/twin.ts";

describeTwin();
