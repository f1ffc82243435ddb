package dev.pavise.proxy.cli;

import dev.pavise.proxy.client.GatewayClient;
import dev.pavise.proxy.client.GatewayFile;
import dev.pavise.proxy.client.Target;
import dev.pavise.proxy.config.Secret;
import dev.pavise.proxy.tls.ClientContext;
import dev.pavise.proxy.tls.TlsMaterial;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that say which gateway is meant and what proves to it who asks. */
final class AuthPlace {
    @Mixin
    private ConfigSource source = new ConfigSource();

    @Option(
            names = "--server",
            paramLabel = "URL",
            description = "The gateway (default: PAVISE_URL, else the one that runs on the data directory).")
    private @Nullable String server;

    @Option(
            names = "--ca",
            paramLabel = "FILE",
            description = "Certificates to trust it by (default: PAVISE_CA, else what the gateway itself says).")
    private @Nullable Path ca;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "Holds the token (default: PAVISE_AUTH_TOKEN, else the operator's, from the data directory).")
    private @Nullable Path tokenFile;

    @Option(names = "--cert", paramLabel = "FILE", description = "A client certificate to show; with --key.")
    private @Nullable Path cert;

    @Option(names = "--key", paramLabel = "FILE", description = "The private key of --cert.")
    private @Nullable Path key;

    /** Finds who answers. Nothing is sent before the first request. */
    AuthDoor open(Surroundings surroundings) {
        DataPlace data = DataPlace.find(source.choice(), surroundings);
        ClientContext.Own own = own(surroundings);
        String url = server == null ? given("PAVISE_URL", surroundings) : server;
        if (url != null) {
            DataPlace trustedWithToken = data.isNamed() ? data : null;
            return gateway(target(url), ca(null, surroundings), own, trustedWithToken, surroundings);
        }
        return switch (GatewayFile.read(data.dataDir())) {
            case GatewayFile.Reading.Found(GatewayFile file)
            when file.isAlive() ->
                new GatewayOrStore(
                        gateway(file.target(), ca(file.ca(), surroundings), own, data, surroundings),
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

    private RunningGateway gateway(
            Target target,
            @Nullable Path trusted,
            ClientContext.@Nullable Own own,
            @Nullable DataPlace data,
            Surroundings surroundings) {
        SSLContext tls = switch (ClientContext.load(trusted, own, surroundings.clock())) {
            case TlsMaterial.Ready<SSLContext>(SSLContext context, List<String> ignored) -> context;
            case TlsMaterial.Refused<SSLContext>(List<String> problems) ->
                throw CommandFailure.wanting(String.join("; ", problems));
        };
        if (own != null && tokenFile == null) {
            return new RunningGateway(new GatewayClient(target, tls, null), "the certificate of --cert");
        }
        Credential found =
                Credential.find(tokenFile == null ? null : surroundings.resolve(tokenFile), data, surroundings);
        return new RunningGateway(new GatewayClient(target, tls, found.token()), found.origin());
    }

    private static Target target(String url) {
        try {
            return Target.of(url);
        } catch (IllegalArgumentException unfit) {
            throw CommandFailure.misuse("--server or PAVISE_URL: " + unfit.getMessage());
        }
    }

    private @Nullable Path ca(@Nullable Path usual, Surroundings surroundings) {
        if (ca != null) {
            return surroundings.resolve(ca);
        }
        String named = given("PAVISE_CA", surroundings);
        return named == null ? usual : surroundings.resolve(Path.of(named));
    }

    private ClientContext.@Nullable Own own(Surroundings surroundings) {
        if (cert == null && key == null) {
            return null;
        }
        if (cert == null || key == null) {
            throw CommandFailure.misuse("--cert and --key go together");
        }
        return new ClientContext.Own(surroundings.resolve(cert), surroundings.resolve(key));
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
