package dev.pavise.proxy.cli;

import dev.pavise.policy.config.ConfigError;
import dev.pavise.proxy.config.ConfigResult;
import dev.pavise.proxy.config.ConfigSchema;
import dev.pavise.proxy.config.EffectiveConfig;
import dev.pavise.proxy.server.StartCheck;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code pavise config}: what a configuration may hold, whether one is right, and what it comes to. */
@Command(name = "config", description = "Checks and shows the configuration.")
final class ConfigCommands extends CommandGroup {
    private static final String OUTPUT = "text (default) or json.";

    private final Surroundings surroundings;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    ConfigCommands(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Command(
            name = "validate",
            mixinStandardHelpOptions = true,
            description = "Tells whether the gateway would start with it, and every reason why not.")
    int validate(
            @Mixin ConfigSource source,
            @Option(names = "--output", paramLabel = "FORMAT", defaultValue = "text", description = OUTPUT)
                    ResultFormat output)
            throws IOException {
        List<ConfigError> errors = switch (source.choice().load(surroundings)) {
            case ConfigResult.Loaded loaded -> StartCheck.errors(loaded.config(), surroundings.environment());
            case ConfigResult.Invalid invalid -> invalid.errors();
        };
        if (output == ResultFormat.JSON) {
            out().println(JsonMapper.shared().writeValueAsString(verdict(errors)));
        } else if (errors.isEmpty()) {
            out().println(source.choice().name() + " is valid");
        } else {
            errors.forEach(error -> spec.commandLine().getErr().println(error));
        }
        return errors.isEmpty() ? ExitCode.DONE : ExitCode.WANTING;
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = "Prints what is in force, defaults written out and secrets masked.")
    int show(
            @Mixin ConfigSource source,
            @Option(names = "--output", paramLabel = "FORMAT", defaultValue = "text", description = OUTPUT)
                    ResultFormat output) {
        return switch (source.choice().load(surroundings)) {
            case ConfigResult.Loaded loaded -> {
                String text = output == ResultFormat.JSON
                        ? EffectiveConfig.json(loaded.config())
                        : EffectiveConfig.yaml(loaded.config());
                out().println(text.stripTrailing());
                yield ExitCode.DONE;
            }
            case ConfigResult.Invalid invalid -> {
                invalid.errors().forEach(error -> spec.commandLine().getErr().println(error));
                yield ExitCode.WANTING;
            }
        };
    }

    @Command(
            name = "schema",
            mixinStandardHelpOptions = true,
            description = "Prints the JSON Schema of the configuration, for editors.")
    int schema(
            @Option(
                            names = "--output",
                            paramLabel = "FORMAT",
                            defaultValue = "json",
                            description = "json, whatever is asked.")
                    ResultFormat output) {
        out().println(ConfigSchema.text().stripTrailing());
        return ExitCode.DONE;
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private static Map<String, Object> verdict(List<ConfigError> errors) {
        Map<String, Object> verdict = new LinkedHashMap<>();
        verdict.put("valid", errors.isEmpty());
        verdict.put("errors", errors.stream().map(ConfigCommands::facts).toList());
        return verdict;
    }

    private static Map<String, Object> facts(ConfigError error) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("file", error.place().file().toString());
        facts.put("line", error.place().line());
        facts.put("column", error.place().column());
        facts.put("field", error.place().field());
        facts.put("message", error.message());
        return facts;
    }
}
