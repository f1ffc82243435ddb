package dev.pavise.proxy.cli;

import tools.jackson.databind.JsonNode;

/**
 * What came back for an {@link AuthRequest}.
 *
 * @param json what was asked for, or the problem that says why not
 */
record AuthAnswer(int status, JsonNode json) {
    private static final String MISUSED = "invalid_argument";

    boolean isDone() {
        return status < 400;
    }

    /** The exit code of a refusal. */
    int exitCode() {
        return json.path("code").asString("").equals(MISUSED) ? ExitCode.MISUSE : ExitCode.WANTING;
    }

    /** The refusal for people. */
    String why() {
        String detail = json.path("detail").asString("");
        String code = json.path("code").asString("");
        String told = detail.isEmpty() ? json.path("title").asString("status " + status) : detail;
        return Printable.text(code.isEmpty() ? told : told + " (" + code + ")");
    }
}
