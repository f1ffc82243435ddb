package dev.pavise.proxy.cli;

import dev.pavise.proxy.client.GatewayClient;
import dev.pavise.proxy.client.Target;
import dev.pavise.proxy.tls.ClientContext;
import dev.pavise.proxy.tls.TlsMaterial;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say which running gateway is meant, and what proves to it who asks. */
final class ServerOptions {
    private static final String TOGETHER = "--cert and --key go together";

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

    /**
     * A gateway that can be asked.
     *
     * @param credential where the credential comes from, for messages
     */
    record Reached(GatewayClient client, String credential) {}

    /** The gateway that was named; null where none was. */
    @Nullable
    String url(Surroundings surroundings) {
        return server == null ? AuthPlace.given("PAVISE_URL", surroundings) : server;
    }

    /** Options that make no sense are misuse, whether or not a gateway is asked in the end. */
    void check() {
        if ((cert == null) != (key == null)) {
            throw CommandFailure.misuse(TOGETHER);
        }
    }

    /** Whether an option of this command names it, and not only the surroundings. */
    boolean isNamed() {
        return server != null;
    }

    /** The gateway that was named. Its data directory, where that was named too, holds the token for it. */
    Reached named(String url, DataPlace data, Surroundings surroundings) {
        return reach(target(url), null, data.isNamed() ? data : null, surroundings);
    }

    /**
     * Nothing is sent before the first request.
     *
     * @param usual the certificates to trust it by where none are named
     * @param data may be trusted with the operator's token; or null
     */
    Reached reach(Target target, @Nullable Path usual, @Nullable DataPlace data, Surroundings surroundings) {
        ClientContext.Own own = own(surroundings);
        SSLContext tls = switch (ClientContext.load(ca(usual, surroundings), own, surroundings.clock())) {
            case TlsMaterial.Ready<SSLContext>(SSLContext context, List<String> ignored) -> context;
            case TlsMaterial.Refused<SSLContext>(List<String> problems) ->
                throw CommandFailure.wanting(String.join("; ", problems));
        };
        if (own != null && tokenFile == null) {
            return new Reached(new GatewayClient(target, tls, null), "the certificate of --cert");
        }
        AuthPlace.Credential found = AuthPlace.Credential.find(
                tokenFile == null ? null : surroundings.resolve(tokenFile), data, surroundings);
        return new Reached(new GatewayClient(target, tls, found.token()), found.origin());
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
        String named = AuthPlace.given("PAVISE_CA", surroundings);
        return named == null ? usual : surroundings.resolve(Path.of(named));
    }

    private ClientContext.@Nullable Own own(Surroundings surroundings) {
        if (cert == null && key == null) {
            return null;
        }
        if (cert == null || key == null) {
            throw CommandFailure.misuse(TOGETHER);
        }
        return new ClientContext.Own(surroundings.resolve(cert), surroundings.resolve(key));
    }
}
