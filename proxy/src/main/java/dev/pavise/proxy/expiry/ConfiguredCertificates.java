package dev.pavise.proxy.expiry;

import dev.pavise.proxy.config.GatewayConfig;
import dev.pavise.proxy.config.IdentityConfig;
import dev.pavise.proxy.config.OpaConfig;
import dev.pavise.proxy.config.RouteConfig;
import dev.pavise.proxy.config.TlsConfig;
import dev.pavise.proxy.config.ToolsConfig;
import dev.pavise.proxy.config.UpstreamConfig;
import dev.pavise.proxy.pem.BadMaterialException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Every certificate and revocation list that a configuration names.
 *
 * @param problems files that cannot be read, each with its name
 */
public record ConfiguredCertificates(List<Dated> dated, List<String> problems) {

    /** The gateway's own certificate. */
    public static final String SERVER = "server";

    /** Copies the lists. */
    public ConfiguredCertificates {
        dated = List.copyOf(dated);
        problems = List.copyOf(problems);
    }

    /** Reads the files. Where none is configured, the gateway's own is the throwaway one, if it has been made. */
    public static ConfiguredCertificates of(GatewayConfig config) {
        Reader reader = new Reader();
        TlsConfig tls = config.tls();
        Path throwaway = config.dataDir().resolve("gateway.crt");
        if (tls.cert() != null) reader.certificates(SERVER, tls.cert());
        else if (Files.exists(throwaway)) reader.certificates(SERVER, throwaway);
        reader.certificates("client_ca", tls.clientCa());
        reader.lists("crl", tls.clientCrl());
        for (UpstreamConfig upstream : config.upstreams().values()) {
            reader.certificates("upstream " + upstream.name(), upstream.cert());
            reader.certificates("upstream " + upstream.name() + " ca", upstream.ca());
        }
        for (IdentityConfig.Issuer issuer : config.identity().issuers()) {
            if (issuer.keys() instanceof IdentityConfig.Keys.Remote remote) {
                reader.certificates("issuer " + issuer.name() + " ca", remote.ca());
            }
        }
        for (RouteConfig route : config.routes()) {
            OpaConfig opa = route.opa();
            if (opa != null) reader.certificates("opa ca of route " + route.name(), opa.ca());
        }
        ToolsConfig tools = config.tools();
        if (tools != null && tools.runner() instanceof ToolsConfig.Runner runner) {
            reader.certificates("tools runner", runner.cert());
            reader.certificates("tools runner ca", runner.ca());
        }
        return new ConfiguredCertificates(reader.dated, reader.problems);
    }

    private static final class Reader {

        private final List<Dated> dated = new ArrayList<>();
        private final List<String> problems = new ArrayList<>();

        void certificates(String name, @Nullable Path file) {
            if (file == null) return;
            try {
                dated.addAll(Dated.certificates(name, file));
            } catch (BadMaterialException e) {
                problems.add(e.problem());
            }
        }

        void lists(String name, @Nullable Path file) {
            if (file == null) return;
            try {
                dated.addAll(Dated.lists(name, file));
            } catch (BadMaterialException e) {
                problems.add(e.problem());
            }
        }
    }
}
