package dev.pavise.proxy.tls;

import dev.pavise.proxy.config.UpstreamConfig;
import dev.pavise.proxy.pem.BadMaterialException;
import dev.pavise.proxy.pem.Pem;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * TLS towards one upstream: TLS 1.3 or 1.2, its certificate checked against the configured CA (else those the system trusts) and
 * against its name, always. There is no setting that leaves either check out.
 */
public final class UpstreamTls {

    private final SslContext negotiating;
    private final SslContext http1;

    private UpstreamTls(SslContext negotiating, SslContext http1) {
        this.negotiating = negotiating;
        this.http1 = http1;
    }

    /** Reads and checks the files that an upstream names. */
    public static TlsMaterial<UpstreamTls> load(UpstreamConfig upstream, InstantSource clock) {
        try {
            OwnKey own = null;
            if (upstream.cert() != null && upstream.key() != null) {
                own = OwnKey.ofClient(upstream.cert(), upstream.key(), clock.instant());
            }
            SslContext negotiating = context(upstream, upstream.protocol(), own, clock);
            SslContext http1 = context(upstream, UpstreamConfig.Protocol.HTTP1, own, clock);
            return new TlsMaterial.Ready<>(new UpstreamTls(negotiating, http1), List.of());
        } catch (BadMaterialException e) {
            return new TlsMaterial.Refused<>(List.of(e.problem()));
        } catch (SSLException | RuntimeException e) {
            return new TlsMaterial.Refused<>(
                    List.of("upstream " + upstream.name() + ": TLS cannot be set up: " + e.getMessage()));
        }
    }

    private static SslContext context(
            UpstreamConfig upstream, UpstreamConfig.Protocol protocol, @Nullable OwnKey own, InstantSource clock)
            throws SSLException, BadMaterialException {
        SslContextBuilder builder = SslContextBuilder.forClient()
                .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK)
                .protocols("TLSv1.3", "TLSv1.2")
                .endpointIdentificationAlgorithm("HTTPS")
                .applicationProtocolConfig(alpn(protocol));
        if (upstream.ca() != null) builder.trustManager(authorities(upstream.ca(), clock));
        if (own != null) builder.keyManager(own.key(), own.chain().toArray(new X509Certificate[0]));
        return builder.build();
    }

    /** Offers by ALPN what the upstream's protocol allows. */
    public SslContext negotiating() {
        return negotiating;
    }

    /** Offers HTTP/1.1 alone, for protocol switches. */
    public SslContext http1() {
        return http1;
    }

    static X509Certificate[] authorities(Path ca, InstantSource clock) throws BadMaterialException {
        List<X509Certificate> authorities = Pem.certificates(ca);
        for (X509Certificate authority : authorities) {
            if (!clock.instant().isBefore(authority.getNotAfter().toInstant())) {
                throw new BadMaterialException(ca + ": holds a certificate that expired at "
                        + authority.getNotAfter().toInstant());
            }
        }
        return authorities.toArray(new X509Certificate[0]);
    }

    private static ApplicationProtocolConfig alpn(UpstreamConfig.Protocol protocol) {
        List<String> names = switch (protocol) {
            case AUTO -> List.of(ApplicationProtocolNames.HTTP_2, ApplicationProtocolNames.HTTP_1_1);
            case HTTP1 -> List.of(ApplicationProtocolNames.HTTP_1_1);
            case HTTP2 -> List.of(ApplicationProtocolNames.HTTP_2);
        };
        return new ApplicationProtocolConfig(
                Protocol.ALPN, SelectorFailureBehavior.NO_ADVERTISE, SelectedListenerFailureBehavior.ACCEPT, names);
    }
}
