package dev.pavise.runner.kubernetes;

import dev.pavise.runner.run.Bytes;
import dev.pavise.runner.run.Limits;
import dev.pavise.runner.run.RunInput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** What is sent to the first process of a pod, in the form that {@code stage.sh} takes: the tool, its input, and the line of shell that launches it. */
final class Delivery {
    /** The command to start, once all is staged. */
    static final Bytes GO = Bytes.of("go\n");

    private static final String FORM = "pavise-1";
    private static final String NO_INTERPRETER = "-";
    /** The script itself, and what it starts beside the tool. */
    private static final int OWN_PROCESSES = 2;

    private final ToolFile tool;
    private final Bytes stdin;
    private final Bytes launch;
    private final Bytes header;

    /** Where it is sent to. */
    @FunctionalInterface
    interface Way {
        void send(byte[] bytes, int offset, int length) throws IOException, InterruptedException;
    }

    /** @param interpreter of a script; empty for a program */
    Delivery(ToolFile tool, String sha256, String interpreter, RunInput input, Limits limits) {
        this.tool = tool;
        this.stdin = input.stdin();
        this.launch = Bytes.of(launch(input));
        this.header = Bytes.of(String.join(
                        " ",
                        FORM,
                        "" + tool.size(),
                        "" + stdin.length(),
                        "" + launch.length(),
                        "" + (limits.processes() + OWN_PROCESSES),
                        "" + limits.openFiles(),
                        sha256,
                        interpreter.isEmpty() ? NO_INTERPRETER : interpreter)
                + "\n");
    }

    /** Bytes that are kept in the pod. */
    long staged() {
        return tool.size() + stdin.length() + launch.length();
    }

    void sendTo(Way way) throws IOException, InterruptedException {
        send(header, way);
        tool.sendTo(way);
        send(stdin, way);
        send(launch, way);
    }

    private static void send(Bytes bytes, Way way) throws IOException, InterruptedException {
        way.send(bytes.toArray(), 0, bytes.length());
    }

    private static String launch(RunInput input) {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("HOME", JobPlan.SCRATCH);
        environment.put("LANG", "C.UTF-8");
        environment.put("TMPDIR", JobPlan.SCRATCH);
        environment.putAll(input.env());
        environment.put("PATH", "/usr/local/bin:/usr/bin:/bin");
        environment.put("PWD", JobPlan.SCRATCH);
        String variables = environment.entrySet().stream()
                .map(each -> quoted(each.getKey() + "=" + each.getValue()))
                .collect(Collectors.joining(" "));
        String arguments = input.args().stream().map(each -> " " + quoted(each)).collect(Collectors.joining());
        return "exec env -i " + variables + " \"$stage/tool\"" + arguments + "\n";
    }

    /** One word of a shell, whatever stands in it. Within single quotes a shell reads everything as it stands, but for the quote that ends them. */
    static String quoted(String word) {
        if (word.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a word of a shell holds no zero byte");
        }
        return "'" + word.replace("'", "'\\''") + "'";
    }

    /** What the first process says before a tool starts. */
    static String reason(String reply) {
        return switch (reply) {
            case "refused digest" -> "the content that came there does not have the digest that it should have";
            case "refused interpreter" -> "the image does not have the script's interpreter";
            case "refused limits" -> "the container's own limits are lower than those of the tool";
            case "refused space" -> "there is no room for the tool and its input";
            case "refused delivery" -> "the tool did not come there whole";
            default -> "it does not answer as it should: is `image` one with sh, dd, sha256sum and env?";
        };
    }

    // What it holds may be secret.
    @Override
    public String toString() {
        return "Delivery[" + new String(header.toArray(), StandardCharsets.UTF_8).strip() + "]";
    }
}
