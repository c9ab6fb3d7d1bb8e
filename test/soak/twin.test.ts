import { describeTwin } from "../clusters/support/twin.ts";

for (const kubernetes of ["1.34", "1.36"] as const) describeTwin(kubernetes);
