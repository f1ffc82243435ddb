package dev.pavise.runner.tls;

import dev.pavise.policy.certificate.KeyPairs;
import dev.pavise.policy.certificate.KeyStrength;
import dev.pavise.runner.config.TlsConfig;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.OpenSslServerSessionContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * TLS of one door: version 1.3 and HTTP/2 alone, and a client certificate always. Who a caller is, is asked in the handshake and once more behind it, so
 * that no resumed session goes by what was true when it was begun.
 */
public final class DoorTls {
    private final SslContext context;
    private final CallerTrust trust;

    private DoorTls(SslContext context, CallerTrust trust) {
        this.context = context;
        this.trust = trust;
    }

    /** Reads and checks the files; callers have to carry one of the names. */
    public static DoorTls load(TlsConfig files, Collection<String> names, InstantSource clock)
            throws BadMaterialException {
        List<X509Certificate> chain = Pem.certificates(files.cert());
        PrivateKey key = Pem.privateKey(files.key());
        checkDates(files, chain, clock.instant());
        checkFits(files, chain.getFirst().getPublicKey(), key);
        CallerTrust trust = CallerTrust.load(files.clientCa(), names, clock);
        if (!OpenSsl.isAvailable()) {
            throw new BadMaterialException("BoringSSL cannot be loaded here, and a runner has no other TLS");
        }
        try {
            return new DoorTls(context(chain, key, trust), trust);
        } catch (SSLException | RuntimeException e) {
            throw new BadMaterialException(files.cert() + ": TLS cannot be set up with it: " + e.getMessage());
        }
    }

    private static SslContext context(List<X509Certificate> chain, PrivateKey key, CallerTrust trust)
            throws SSLException {
        SslContext context = SslContextBuilder.forServer(key, chain.toArray(new X509Certificate[0]))
                .sslProvider(SslProvider.OPENSSL)
                .protocols("TLSv1.3")
                .trustManager(new CallerTrustManager(trust))
                .clientAuth(ClientAuth.REQUIRE)
                .option(OpenSslContextOption.USE_TASKS, false) // nothing in a handshake is handed to another thread
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        Protocol.ALPN,
                        SelectorFailureBehavior.NO_ADVERTISE,
                        SelectedListenerFailureBehavior.ACCEPT,
                        ApplicationProtocolNames.HTTP_2))
                .build();
        ((OpenSslServerSessionContext) context.sessionContext()).setSessionCacheEnabled(false);
        return context;
    }

    /** A handler for one accepted connection. */
    public SslHandler newHandler(ByteBufAllocator allocator, Duration handshakeTimeout) {
        SslHandler handler = context.newHandler(allocator);
        handler.setHandshakeTimeoutMillis(handshakeTimeout.toMillis());
        return handler;
    }

    /** To be asked once a handshake is complete, before a byte of the caller is read as HTTP. */
    public Caller caller(SSLEngine engine) {
        try {
            List<X509Certificate> shown = new ArrayList<>();
            for (Certificate each : engine.getSession().getPeerCertificates()) {
                shown.add((X509Certificate) each);
            }
            return trust.judge(shown);
        } catch (SSLPeerUnverifiedException e) {
            return new Caller.Refused(CallerFault.MISSING);
        }
    }

    private static void checkDates(TlsConfig files, List<X509Certificate> chain, Instant now)
            throws BadMaterialException {
        for (X509Certificate each : chain) {
            if (now.isBefore(each.getNotBefore().toInstant())) {
                throw new BadMaterialException(files.cert() + ": not valid before "
                        + each.getNotBefore().toInstant());
            }
            if (!now.isBefore(each.getNotAfter().toInstant())) {
                throw new BadMaterialException(
                        files.cert() + ": expired at " + each.getNotAfter().toInstant());
            }
        }
    }

    private static void checkFits(TlsConfig files, PublicKey shown, PrivateKey key) throws BadMaterialException {
        if (!KeyStrength.enough(shown)) {
            throw new BadMaterialException(files.cert() + ": the certificate's key is too weak");
        }
        if (!KeyPairs.fit(shown, key)) {
            throw new BadMaterialException(
                    files.key() + ": is not the key of the first certificate in " + files.cert());
        }
    }
}
