package dev.pavise.proxy.cli;

import dev.pavise.policy.config.Secret;
import dev.pavise.proxy.client.GatewayFile;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;

/** The options that say which gateway is meant and what proves to it who asks. */
final class AuthPlace {
    @Mixin
    private ConfigSource source = new ConfigSource();

    @Mixin
    private ServerOptions server = new ServerOptions();

    /** Finds who answers. Nothing is sent before the first request. */
    AuthDoor open(Surroundings surroundings) {
        server.check();
        DataPlace data = DataPlace.find(source.choice(), surroundings);
        String url = server.url(surroundings);
        if (url != null) {
            return new RunningGateway(server.named(url, data, surroundings));
        }
        return switch (GatewayFile.read(data.dataDir())) {
            case GatewayFile.Reading.Found(GatewayFile file)
            when file.isAlive() ->
                new GatewayOrStore(
                        new RunningGateway(server.reach(file.target(), file.ca(), data, surroundings)),
                        why -> StoreAtHand.open(data, surroundings, why));
            case GatewayFile.Reading.Found(GatewayFile file) ->
                StoreAtHand.open(
                        data,
                        surroundings,
                        "process " + file.pid() + ", which started at " + file.startedAt() + ", is gone");
            case GatewayFile.Reading.Absent ignored ->
                StoreAtHand.open(data, surroundings, "no gateway runs on `" + data.dataDir() + "`");
            case GatewayFile.Reading.Unfit(String message) -> throw CommandFailure.wanting(message);
        };
    }

    /** An empty variable counts as unset. */
    static @Nullable String given(String variable, Surroundings surroundings) {
        String value = surroundings.environment().get(variable);
        return value == null || value.isBlank() ? null : value.strip();
    }

    /** A bearer token, and where it comes from. */
    record Credential(Secret token, String origin) {
        static Credential find(@Nullable Path file, @Nullable DataPlace data, Surroundings surroundings) {
            if (file != null) {
                return new Credential(DataPlace.token(file), "the token of `" + file + "`");
            }
            for (String name : new String[] {"PAVISE_AUTH_TOKEN", "CODETETHER_AUTH_TOKEN"}) {
                String value = given(name, surroundings);
                if (value != null) {
                    return new Credential(DataPlace.checked(value, name), "the token of " + name);
                }
            }
            if (data == null) {
                throw CommandFailure.wanting("there is no token; set PAVISE_AUTH_TOKEN, or name --token-file, or --cert"
                        + " and --key, or by --data-dir the gateway's data directory");
            }
            return data.operatorToken();
        }
    }
}
