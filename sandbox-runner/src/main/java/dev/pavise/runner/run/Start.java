package dev.pavise.runner.run;

/** Whether a run is under way. */
public sealed interface Start {
    /** It is. */
    record Started(Running running) implements Start {}

    /** It is not, and nothing of it is left. */
    record Refused(Refusal refusal) implements Start {
        public static Refused because(RefusalCode code, String reason) {
            return new Refused(new Refusal(code, reason));
        }
    }
}
