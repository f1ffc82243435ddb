package dev.pavise.runner.kubernetes;

import java.util.Map;

/** By which the objects of runs are known. */
final class Labels {
    /** On every pod of a tool; what the network policy of the namespace goes by. */
    static final String TOOL = "pavise.dev/tool-run";
    /** The runner that it belongs to. */
    static final String RUNNER = "pavise.dev/runner";
    /** The run. */
    static final String RUN = "pavise.dev/run";

    private Labels() {}

    static Map<String, String> of(String runner, String run) {
        return Map.of("app.kubernetes.io/managed-by", "pavise-runner", TOOL, "true", RUNNER, runner, RUN, run);
    }
}
