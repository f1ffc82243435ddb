package dev.pavise.proxy.cli;

import dev.pavise.proxy.gate.Endpoint;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
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
 * {@code pavise auth}: keys, roles and permissions, asked of the running gateway, or where none runs of its store. What it does is
 * judged by the same rules either way.
 */
@Command(name = "auth", description = "Makes and ends API keys, gives and takes roles, tells who may do what.")
final class AuthCommands extends CommandGroup {
    private static final String OUTPUT = "text or json (default: text on a terminal, else json).";
    private static final String KEY_OUTPUT = "text (default: the key alone on standard output) or json.";

    private static final String USER = "jwt:<issuer>:<subject>, cert:<name>, key:<name>, or a bare subject.";

    private final Surroundings surroundings;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    AuthCommands(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Command(
            name = "create-key",
            mixinStandardHelpOptions = true,
            description = "Makes an API key and prints it: now or never.")
    int createKey(
            @Mixin AuthPlace place,
            @Option(names = "--name", paramLabel = "NAME", required = true, description = "What it is called.")
                    String name,
            @Option(
                            names = "--permissions",
                            paramLabel = "P",
                            split = ",",
                            description =
                                    "What it may do, such as agent:list,message:* (default: nothing but its roles).")
                    @Nullable
                    List<String> permissions,
            @Option(
                            names = "--expires-in",
                            paramLabel = "SPAN",
                            description = "How long it lives: 90s, 15m, 24h, 90d, 2w (default: 90d).")
                    @Nullable
                    String expiresIn,
            @Option(names = "--expires-at", paramLabel = "TIME", description = "When it ends, instead.") @Nullable
                    String expiresAt,
            @Option(names = "--limit", paramLabel = "RATE", description = "How often it may be used, as 100/minute.")
                    @Nullable
                    String limit,
            @Option(names = "--output", paramLabel = "FORMAT", defaultValue = "text", description = KEY_OUTPUT)
                    ResultFormat output) {
        ObjectNode body = JsonMapper.shared().createObjectNode().put("name", name);
        texts(body, "permissions", permissions == null ? List.of() : permissions);
        if (expiresIn != null) {
            body.put("expires_in", expiresIn);
            TimeText.span("--expires-in", expiresIn);
        }
        if (expiresAt != null) {
            Instant end = TimeText.moment("--expires-at", expiresAt);
            body.put("expires_at", end.toString());
        }
        if (limit != null) {
            body.put("limit", limit);
        }
        return ask(place, AuthRequest.post(Endpoint.AUTH_KEYS, body), output, AuthPrint::newKey);
    }

    @Command(name = "list-keys", mixinStandardHelpOptions = true, description = "Prints the keys, never their secrets.")
    int listKeys(
            @Mixin AuthPlace place,
            @Option(names = "--name", paramLabel = "NAME", description = "Only those of this name.") @Nullable
                    String name,
            @Option(
                            names = "--state",
                            paramLabel = "STATE",
                            defaultValue = "live",
                            description = "live (default), revoked, expired or all.")
                    String state,
            @Option(names = "--output", paramLabel = "FORMAT", description = OUTPUT) @Nullable ResultFormat output) {
        String query = AuthRequest.pair("state", state) + (name == null ? "" : "&" + AuthRequest.pair("name", name));
        return ask(place, AuthRequest.get(Endpoint.AUTH_KEYS, query), output, AuthPrint::keys);
    }

    @Command(name = "revoke-key", mixinStandardHelpOptions = true, description = "Ends a key, at once and for good.")
    int revokeKey(
            @Mixin AuthPlace place,
            @Parameters(paramLabel = "NAME|ID", description = "A key's id, or a name for all live keys of that name.")
                    String key,
            @Option(names = "--output", paramLabel = "FORMAT", description = OUTPUT) @Nullable ResultFormat output) {
        return ask(place, new AuthRequest(Endpoint.AUTH_KEY, "DELETE", key, "", null), output, AuthPrint::revoked);
    }

    @Command(
            name = "rotate-key",
            mixinStandardHelpOptions = true,
            description =
                    "Makes a new key of the same name and rights, and prints it. The former ends after the overlap.")
    int rotateKey(
            @Mixin AuthPlace place,
            @Parameters(paramLabel = "NAME|ID", description = "A key's name or id.") String key,
            @Option(
                            names = "--overlap",
                            paramLabel = "SPAN",
                            description = "How long the former key stays good (default: 24h; 0s ends it at once).")
                    @Nullable
                    String overlap,
            @Option(
                            names = "--expires-in",
                            paramLabel = "SPAN",
                            description = "How long the new key lives (default: as long as the former was made for).")
                    @Nullable
                    String expiresIn,
            @Option(names = "--output", paramLabel = "FORMAT", defaultValue = "text", description = KEY_OUTPUT)
                    ResultFormat output) {
        ObjectNode body = JsonMapper.shared().createObjectNode();
        if (expiresIn != null) {
            TimeText.span("--expires-in", expiresIn);
            body.put("expires_in", expiresIn);
        }
        if (overlap != null) {
            TimeText.span("--overlap", overlap);
            body.put("overlap", overlap);
        }
        return ask(place, new AuthRequest(Endpoint.AUTH_KEY_ROTATE, "POST", key, "", body), output, AuthPrint::newKey);
    }

    @Command(name = "assign-role", mixinStandardHelpOptions = true, description = "Gives roles to somebody.")
    int assignRole(
            @Mixin AuthPlace place,
            @Option(names = "--user", paramLabel = "PRINCIPAL", required = true, description = USER) String user,
            @Option(names = "--role", paramLabel = "ROLE", required = true, split = ",", description = "Which.")
                    List<String> roles,
            @Option(names = "--output", paramLabel = "FORMAT", description = OUTPUT) @Nullable ResultFormat output) {
        ObjectNode body = JsonMapper.shared().createObjectNode();
        texts(body, "roles", roles);
        String query = AuthRequest.pair("principal", user);
        return ask(
                place, new AuthRequest(Endpoint.AUTH_BINDINGS, "POST", "", query, body), output, AuthPrint::roleChange);
    }

    @Command(
            name = "unassign-role",
            mixinStandardHelpOptions = true,
            description = "Takes a role away that was given by assign-role or over the management API.")
    int unassignRole(
            @Mixin AuthPlace place,
            @Option(names = "--user", paramLabel = "PRINCIPAL", required = true, description = USER) String user,
            @Option(names = "--role", paramLabel = "ROLE", required = true, description = "Which.") String role,
            @Option(names = "--output", paramLabel = "FORMAT", description = OUTPUT) @Nullable ResultFormat output) {
        String query = AuthRequest.pair("principal", user) + "&" + AuthRequest.pair("role", role);
        return ask(
                place,
                new AuthRequest(Endpoint.AUTH_BINDINGS, "DELETE", "", query, null),
                output,
                AuthPrint::roleChange);
    }

    @Command(
            name = "check",
            mixinStandardHelpOptions = true,
            description = "Tells whether somebody has a permission, and where from. Exit code 0: allowed, 1: not.")
    int check(
            @Mixin AuthPlace place,
            @Option(names = "--user", paramLabel = "PRINCIPAL", description = "Who (default: whoever asks).") @Nullable
                    String user,
            @Option(names = "--permission", paramLabel = "P", required = true, description = "Such as agent:list.")
                    String permission,
            @Option(names = "--output", paramLabel = "FORMAT", description = OUTPUT) @Nullable ResultFormat output) {
        ObjectNode body = JsonMapper.shared().createObjectNode().put("permission", permission);
        if (user != null) {
            body.put("principal", user);
        }
        return ask(place, AuthRequest.post(Endpoint.AUTH_CHECK, body), output, AuthPrint::checked);
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Prints roles, bindings and live keys.")
    int list(
            @Mixin AuthPlace place,
            @Option(names = "--output", paramLabel = "FORMAT", description = OUTPUT) @Nullable ResultFormat output) {
        AuthPrint print = print(output);
        ObjectNode all = JsonMapper.shared().createObjectNode();
        try (AuthDoor door = place.open(surroundings)) {
            for (Endpoint endpoint : List.of(Endpoint.AUTH_ROLES, Endpoint.AUTH_BINDINGS, Endpoint.AUTH_KEYS)) {
                AuthAnswer answer = door.ask(AuthRequest.get(endpoint, ""));
                if (!answer.isDone()) {
                    return print.refused(answer);
                }
                answer.json().properties().forEach(member -> all.set(member.getKey(), member.getValue()));
            }
        }
        return print.all(all);
    }

    @Command(
            name = "recover",
            mixinStandardHelpOptions = true,
            description = {
                "Takes what is left of a damaged store, or of one older than it should be, while no gateway runs.",
                "Keys whose revocation is lost are live again: look through those that it names."
            })
    int recover(
            @Mixin ConfigSource source,
            @Option(
                            names = "--start-empty",
                            description = "Puts aside what cannot be read, and begins without any key and binding.")
                    boolean startEmpty) {
        return RecoverStore.run(
                DataPlace.find(source.choice(), surroundings).dataDir(),
                startEmpty,
                surroundings.clock(),
                spec.commandLine().getOut());
    }

    private int ask(AuthPlace place, AuthRequest request, @Nullable ResultFormat output, Done done) {
        AuthPrint print = print(output);
        try (AuthDoor door = place.open(surroundings)) {
            AuthAnswer answer = door.ask(request);
            return answer.isDone() ? done.print(print, answer.json()) : print.refused(answer);
        }
    }

    /** What to do with an answer. */
    private interface Done {
        int print(AuthPrint print, JsonNode json);
    }

    private AuthPrint print(@Nullable ResultFormat output) {
        return new AuthPrint(Printout.of(spec, output, surroundings));
    }

    private static void texts(ObjectNode body, String name, List<String> texts) {
        ArrayNode array = body.putArray(name);
        texts.forEach(array::add);
    }
}
