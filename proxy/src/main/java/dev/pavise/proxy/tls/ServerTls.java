package dev.pavise.proxy.tls;

import dev.pavise.proxy.config.ClientAuth;
import dev.pavise.proxy.config.TlsConfig;
import dev.pavise.proxy.pem.BadMaterialException;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslContext;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.OpenSslServerSessionContext;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.internal.tcnative.SSL;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * One door's TLS: its certificate, what it asks of callers, and who a caller turned out to be.
 *
 * <p>Guarantees: no caller is reported as {@link Handshake.Known} with a certificate that does not count at that moment, in a
 * full handshake or a resumed one; where a certificate is required, none is reported without. A session ticket counts only at
 * the door, and under the certificate and client CAs, that it was given for: every instance has ticket keys of its own and a
 * session context made from all of these. It does not decide what a certificate is worth: that is policy.
 */
public final class ServerTls {

    /** How long a session may be resumed: a resumed handshake carries the identity over without a new proof of the key. */
    private static final Duration SESSION_LIFE = Duration.ofHours(1);

    /** Native bytes that each connection keeps for what TLS itself has to say: a handshake with one P-256 certificate, more goes in turns. */
    private static final int HANDSHAKE_BYTES = 1024;

    private static final int MOST_SESSIONS = 20_000;

    /**
     * The key reaches the TLS library by way of a key store that lives in memory for a moment, under an empty password. The default kind would
     * encrypt it with 10,000 rounds of a hash and decrypt it again, for each door: a third of the time of a start, and nothing is kept safer by it.
     */
    private static final String IN_MEMORY = "JKS";

    private final ServerTlsSettings settings;
    private final SslContext context;
    private final @Nullable ClientTrust trust;
    private final CertificateFacts facts;

    private ServerTls(
            ServerTlsSettings settings, SslContext context, @Nullable ClientTrust trust, CertificateFacts facts) {
        this.settings = settings;
        this.context = context;
        this.trust = trust;
        this.facts = facts;
    }

    /** Reads and checks all files of a door. */
    public static TlsMaterial<ServerTls> load(ServerTlsSettings settings, InstantSource clock) {
        return load(settings, new ServerKeys(), clock);
    }

    /** The same for one of several doors, which share what was read of their keys. */
    public static TlsMaterial<ServerTls> load(ServerTlsSettings settings, ServerKeys keys, InstantSource clock) {
        try {
            OwnKey own = keys.read(settings.cert(), settings.key(), clock.instant());
            List<String> warnings = new ArrayList<>();
            ClientTrust trust = trust(settings, clock, warnings);
            SslProvider provider = provider(settings, warnings);
            SslContext context = context(settings, own, trust, provider);
            CertificateFacts facts = CertificateFacts.of(own.chain());
            return new TlsMaterial.Ready<>(new ServerTls(settings, context, trust, facts), warnings);
        } catch (BadMaterialException e) {
            return new TlsMaterial.Refused<>(List.of(e.problem()));
        } catch (SSLException | GeneralSecurityException | RuntimeException e) {
            return new TlsMaterial.Refused<>(
                    List.of(settings.cert() + ": TLS cannot be set up with it: " + e.getMessage()));
        }
    }

    /** A handler for one accepted connection. */
    public SslHandler newHandler(ByteBufAllocator allocator, Duration handshakeTimeout) {
        SslHandler handler = context.newHandler(allocator);
        handler.setHandshakeTimeoutMillis(handshakeTimeout.toMillis());
        return handler;
    }

    /** To be asked once a handshake is complete, full or resumed, before a byte of the caller is read as HTTP. */
    public Handshake handshake(SSLEngine engine, InetSocketAddress remote) {
        List<X509Certificate> shown = shown(engine);
        Optional<CertificateFault> fault = judgeHandshake(shown);
        if (fault.isPresent()) return new Handshake.Rejected(fault.get());
        String agreed = engine.getApplicationProtocol();
        String protocol = agreed == null || agreed.isEmpty() ? ApplicationProtocolNames.HTTP_1_1 : agreed;
        return new Handshake.Known(new Peer(
                remote.getAddress(),
                remote.getPort(),
                engine.getSession().getProtocol(),
                protocol,
                shown,
                settings.door()));
    }

    /**
     * Whether the certificate of a live connection would be let in today: the whole check, for connections that were made before a
     * reload. Empty: it would.
     */
    public Optional<CertificateFault> judge(Peer peer) {
        if (peer.certificates().isEmpty()) return judgeNone();
        return trust == null || settings.clientAuth() == ClientAuth.NONE
                ? Optional.of(CertificateFault.UNTRUSTED)
                : trust.check(peer.certificates());
    }

    /** What the door's own certificate says. */
    public CertificateFacts facts() {
        return facts;
    }

    /** The name of the door. */
    public String door() {
        return settings.door();
    }

    /** For tests and for servers that make engines of their own. */
    SslContext context() {
        return context;
    }

    private Optional<CertificateFault> judgeHandshake(List<X509Certificate> shown) {
        if (shown.isEmpty()) return judgeNone();
        return trust == null ? Optional.of(CertificateFault.UNTRUSTED) : trust.checkAgain(shown);
    }

    private Optional<CertificateFault> judgeNone() {
        return settings.clientAuth() == ClientAuth.REQUIRED ? Optional.of(CertificateFault.MISSING) : Optional.empty();
    }

    private List<X509Certificate> shown(SSLEngine engine) {
        if (settings.clientAuth() == ClientAuth.NONE || isWithout(engine)) return List.of();
        try {
            List<X509Certificate> shown = new ArrayList<>();
            for (Certificate each : engine.getSession().getPeerCertificates()) shown.add((X509Certificate) each);
            return shown;
        } catch (SSLPeerUnverifiedException e) {
            return List.of();
        }
    }

    // The session tells by an exception that there is none, which would be a good part of what a handshake costs us.
    private static boolean isWithout(SSLEngine engine) {
        return engine instanceof ReferenceCountedOpenSslEngine boring
                && SSL.getPeerCertificate(boring.sslPointer()) == null;
    }

    private static @Nullable ClientTrust trust(ServerTlsSettings settings, InstantSource clock, List<String> warnings)
            throws BadMaterialException {
        if (settings.clientCa() != null) {
            return ClientTrust.load(settings.clientCa(), settings.clientCrl(), clock, warnings);
        }
        if (settings.clientAuth() != ClientAuth.NONE) {
            throw new BadMaterialException(
                    "door " + settings.door() + " asks for client certificates without a client CA");
        }
        return null;
    }

    // BoringSSL has its own mind about the suites of TLS 1.3; only the JDK keeps to a list or an order that differs
    // from it.
    private static SslProvider provider(ServerTlsSettings settings, List<String> warnings) {
        List<String> asked = settings.cipherSuites().stream()
                .filter(TlsConfig.TLS_1_3_SUITES::contains)
                .toList();
        if (!OpenSsl.isAvailable()) {
            warnings.add("BoringSSL cannot be loaded here; the JDK's TLS is used, at several times the cost");
            return SslProvider.JDK;
        }
        if (asked.equals(TlsConfig.TLS_1_3_SUITES)) return SslProvider.OPENSSL;
        warnings.add(
                "cipher_suites differ from the default for TLS 1.3, which only the JDK's TLS can honour; it is used for"
                        + " door " + settings.door() + ", at several times the cost");
        return SslProvider.JDK;
    }

    private static SslContext context(
            ServerTlsSettings settings, OwnKey own, @Nullable ClientTrust trust, SslProvider provider)
            throws SSLException, GeneralSecurityException {
        SslContextBuilder builder = SslContextBuilder.forServer(
                        own.key(), own.chain().toArray(new X509Certificate[0]))
                .sslProvider(provider)
                .keyStoreType(IN_MEMORY)
                .protocols(protocols(settings.minVersion()))
                .ciphers(settings.cipherSuites(), IdentityCipherSuiteFilter.INSTANCE)
                .sessionTimeout(SESSION_LIFE.toSeconds())
                .sessionCacheSize(MOST_SESSIONS)
                .option(OpenSslContextOption.USE_TASKS, false) // nothing in a handshake is handed to another thread
                .applicationProtocolConfig(alpn());
        boolean asks = settings.clientAuth() != ClientAuth.NONE;
        // Always one of ours: without any the library reads all authorities of the machine, at each start and for each
        // door.
        builder.trustManager(new ClientTrustManager(asks ? trust : null));
        builder.clientAuth(
                switch (settings.clientAuth()) {
                    case NONE -> io.netty.handler.ssl.ClientAuth.NONE;
                    case OPTIONAL -> io.netty.handler.ssl.ClientAuth.OPTIONAL;
                    case REQUIRED -> io.netty.handler.ssl.ClientAuth.REQUIRE;
                });
        SslContext context = builder.build();
        if (provider == SslProvider.OPENSSL) {
            OpenSslServerSessionContext sessions = (OpenSslServerSessionContext) context.sessionContext();
            boolean set = sessions.setSessionIdContext(sessionContext(settings, own, trust));
            if (!set) throw new SSLException("the session context could not be set");
            ((OpenSslContext) context).setBioNonApplicationBufferSize(HANDSHAKE_BYTES);
        }
        return context;
    }

    private static List<String> protocols(TlsConfig.Version least) {
        return switch (least) {
            case TLS_1_2 -> List.of("TLSv1.3", "TLSv1.2");
            case TLS_1_3 -> List.of("TLSv1.3");
        };
    }

    private static ApplicationProtocolConfig alpn() {
        return new ApplicationProtocolConfig(
                Protocol.ALPN,
                SelectorFailureBehavior.NO_ADVERTISE,
                SelectedListenerFailureBehavior.ACCEPT,
                ApplicationProtocolNames.HTTP_2,
                ApplicationProtocolNames.HTTP_1_1);
    }

    // Instances have ticket keys of their own already; this holds should those ever be shared.
    private static byte[] sessionContext(ServerTlsSettings settings, OwnKey own, @Nullable ClientTrust trust)
            throws GeneralSecurityException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update((settings.door() + '\n' + settings.clientAuth() + '\n').getBytes(StandardCharsets.UTF_8));
        digest.update(own.chain().getFirst().getEncoded());
        if (trust != null) for (X509Certificate authority : trust.authorities()) digest.update(authority.getEncoded());
        return digest.digest();
    }
}
