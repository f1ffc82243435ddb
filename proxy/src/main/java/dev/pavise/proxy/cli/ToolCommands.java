package dev.pavise.proxy.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code pavise tool}: keys that sign for tools and the manifests that they sign, as files; and the tools of a running gateway. What is asked of
 * that is judged there, by the same rules as over the API.
 */
@Command(
        name = "tool",
        description =
                "Makes keys, signs and verifies the manifests of tools, registers them at a gateway, and has them run.",
        footer = {"", "Whoever can read the private key can sign for tools that will run. See docs/tools.md."})
final class ToolCommands extends CommandGroup {
    private static final String OUTPUT = "text or json (default: text on a terminal, else json).";
    private static final String RUN_OUTPUT = "text (default: what the tool writes) or json (the whole result).";
    private static final String NAME = "Its id, and behind @ a version of it.";
    private static final int MOST_INPUT = 512 * 1024;
    private static final Duration PATIENCE = Duration.ofHours(25); // a run ends before that by its own limits

    private final Surroundings surroundings;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private ToolCommands(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** The group with its commands in it. */
    static CommandLine line(Surroundings surroundings) {
        return new CommandLine(new ToolCommands(surroundings))
                .addSubcommand(new ToolKeygen(surroundings))
                .addSubcommand(new ToolSign(surroundings))
                .addSubcommand(new ToolVerify(surroundings));
    }

    @Command(
            name = "register",
            mixinStandardHelpOptions = true,
            description = "Registers a signed manifest, and with --content sends the bytes that it names.")
    int register(
            @Mixin ToolPlace place,
            @Parameters(paramLabel = "MANIFEST", description = "A signed manifest, or a DSSE envelope around one.")
                    Path manifest,
            @Option(names = "--content", paramLabel = "FILE", description = "The tool itself.") @Nullable Path content,
            @Option(names = "--output", paramLabel = "FORMAT", description = OUTPUT) @Nullable ResultFormat output)
            throws IOException {
        ToolPrint print = print(output);
        byte[] signed = ToolFiles.manifest(surroundings.resolve(manifest));
        RunningGateway gateway = place.open(surroundings);
        if (content != null) {
            byte[] bytes = ToolFiles.content(surroundings.resolve(content), signed);
            AuthAnswer kept = gateway.ask(
                    "PUT", "/v1/tools/content/" + ToolFiles.sha256(bytes), bytes, "application/octet-stream");
            if (!kept.isDone()) {
                return print.refused(kept);
            }
        }
        AuthAnswer answer = gateway.ask("POST", "/v1/tools/manifests", signed, "application/json");
        return answer.isDone() ? print.registered(answer.json()) : print.refused(answer);
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Prints the tools that are registered.")
    int list(
            @Mixin ToolPlace place,
            @Option(names = "--output", paramLabel = "FORMAT", description = OUTPUT) @Nullable ResultFormat output) {
        ToolPrint print = print(output);
        RunningGateway gateway = place.open(surroundings);
        ObjectNode all = JsonMapper.shared().createObjectNode();
        ArrayNode tools = all.putArray("tools");
        String after = "";
        do {
            AuthAnswer answer = gateway.ask("GET", "/v1/tools/manifests?limit=500" + after, new byte[0], "");
            if (!answer.isDone()) {
                return print.refused(answer);
            }
            answer.json().path("tools").forEach(tools::add);
            JsonNode next = answer.json().path("next");
            after = next.isString() ? "&" + AuthRequest.pair("after", next.stringValue()) : "";
        } while (!after.isEmpty());
        return print.list(all);
    }

    @Command(name = "show", mixinStandardHelpOptions = true, description = "Prints what is known of a tool.")
    int show(
            @Mixin ToolPlace place,
            @Parameters(paramLabel = "TOOL[@VERSION]", description = NAME) String tool,
            @Option(names = "--output", paramLabel = "FORMAT", description = OUTPUT) @Nullable ResultFormat output) {
        ToolPrint print = print(output);
        AuthAnswer answer = place.open(surroundings).ask("GET", path(NamedTool.of(tool)), new byte[0], "");
        return answer.isDone() ? print.tool(answer.json()) : print.refused(answer);
    }

    @Command(
            name = "remove",
            mixinStandardHelpOptions = true,
            description =
                    "Removes a version of a tool, or all of them, for good: a removed version does not come back.")
    int remove(
            @Mixin ToolPlace place,
            @Parameters(paramLabel = "TOOL[@VERSION]", description = NAME) String tool,
            @Option(names = "--all", description = "Every version.") boolean all,
            @Option(names = "--output", paramLabel = "FORMAT", description = OUTPUT) @Nullable ResultFormat output) {
        if (NamedTool.of(tool).version().isEmpty() != all) {
            throw CommandFailure.misuse("say what is to be removed: one version, as TOOL@1.0.0, or every one by --all");
        }
        ToolPrint print = print(output);
        AuthAnswer answer = place.open(surroundings).ask("DELETE", path(NamedTool.of(tool)), new byte[0], "");
        return answer.isDone() ? print.tool(answer.json()) : print.refused(answer);
    }

    @Command(
            name = "run",
            mixinStandardHelpOptions = true,
            description =
                    "Has a tool run, and prints what it wrote. Exit code 0: it succeeded, 1: it did not, or was refused.")
    int run(
            @Mixin ToolPlace place,
            @Parameters(index = "0", paramLabel = "TOOL[@VERSION]", description = NAME) String tool,
            @Parameters(index = "1..*", paramLabel = "ARG", arity = "0..*", description = "Its arguments, behind --.")
                    @Nullable
                    List<String> args,
            @Option(names = "--env", paramLabel = "K=V", description = "A variable of its environment.") @Nullable
                    Map<String, String> env,
            @Option(names = "--stdin", paramLabel = "FILE", description = "Its standard input; - for this one's.")
                    @Nullable
                    String stdin,
            @Option(names = "--timeout", paramLabel = "SPAN", description = "How long it may take at most, as 10s.")
                    @Nullable
                    String timeout,
            @Option(names = "--output", paramLabel = "FORMAT", defaultValue = "text", description = RUN_OUTPUT)
                    ResultFormat output)
            throws IOException {
        ObjectNode input = JsonMapper.shared().createObjectNode();
        if (args != null) {
            ArrayNode listed = input.putArray("args");
            args.forEach(listed::add);
        }
        if (env != null) {
            ObjectNode variables = input.putObject("env");
            env.forEach(variables::put);
        }
        if (stdin != null) {
            input.put("stdin_base64", Base64.getEncoder().encodeToString(input(stdin)));
        }
        if (timeout != null) {
            input.put("timeout_s", TimeText.span("--timeout", timeout).toSeconds());
        }
        ToolPrint print = print(output);
        NamedTool named = NamedTool.of(tool);
        AuthAnswer answer = place.open(surroundings, PATIENCE)
                .ask(
                        "POST",
                        "/v1/tools/" + AuthRequest.encode(named.id()) + "/run" + named.query(),
                        JsonMapper.shared().writeValueAsBytes(input),
                        "application/json");
        return answer.isDone() ? print.run(answer.json()) : print.refused(answer);
    }

    private byte[] input(String stdin) throws IOException {
        try (InputStream in =
                stdin.equals("-") ? System.in : Files.newInputStream(surroundings.resolve(Path.of(stdin)))) {
            byte[] bytes = in.readNBytes(MOST_INPUT + 1);
            if (bytes.length > MOST_INPUT) {
                throw CommandFailure.wanting("the input of a tool has at most " + MOST_INPUT + " bytes");
            }
            return bytes;
        }
    }

    private static String path(NamedTool tool) {
        return "/v1/tools/manifests/" + AuthRequest.encode(tool.id()) + tool.query();
    }

    /** A tool as it is named on the command line; ids of tools have no {@code @} in them. */
    private record NamedTool(String id, String version) {
        static NamedTool of(String text) {
            int at = text.indexOf('@');
            return at < 0 ? new NamedTool(text, "") : new NamedTool(text.substring(0, at), text.substring(at + 1));
        }

        String query() {
            return version.isEmpty() ? "" : "?" + AuthRequest.pair("version", version);
        }
    }

    private ToolPrint print(@Nullable ResultFormat output) {
        return new ToolPrint(Printout.of(spec, output, surroundings));
    }
}
