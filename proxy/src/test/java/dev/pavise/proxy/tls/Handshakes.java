package dev.pavise.proxy.tls;

import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/** Plays whole TLS connections between two engines in memory, byte for byte as on a wire. */
final class Handshakes {

    private static final int ROOM = 64 << 10;

    private Handshakes() {}

    /** A client of the JDK that trusts one authority and has one certificate, or none. */
    static SSLContext client(TestCa trusted, TestCa.@Nullable Issued own) throws Exception {
        return client(trusted, own, new AtomicInteger());
    }

    static SSLContext client(X509Certificate trusted, TestCa.@Nullable Issued own) throws Exception {
        return client(trusted, own, new AtomicInteger());
    }

    /** The same, and counts how often it had to prove that it has the key: a resumed handshake asks for no proof. */
    static SSLContext client(TestCa trusted, TestCa.@Nullable Issued own, AtomicInteger proofs) throws Exception {
        return client(trusted.own().certificate(), own, proofs);
    }

    private static SSLContext client(X509Certificate trusted, TestCa.@Nullable Issued own, AtomicInteger proofs)
            throws Exception {
        KeyStore trust = KeyStore.getInstance("PKCS12");
        trust.load(null, null);
        trust.setCertificateEntry("ca", trusted);
        TrustManagerFactory trusts = TrustManagerFactory.getInstance("PKIX");
        trusts.init(trust);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(
                own == null ? null : new KeyManager[] {new Stubborn(own, proofs)},
                trusts.getTrustManagers(),
                new SecureRandom());
        return context;
    }

    static SSLEngine clientEngine(SSLContext context) {
        SSLEngine engine = context.createSSLEngine("localhost", 443);
        engine.setUseClientMode(true);
        return engine;
    }

    /** Shows its certificate whatever the server says it accepts, as an attacker would. */
    private static final class Stubborn extends X509ExtendedKeyManager {

        private final TestCa.Issued own;
        private final AtomicInteger proofs;

        Stubborn(TestCa.Issued own, AtomicInteger proofs) {
            this.own = own;
            this.proofs = proofs;
        }

        @Override
        public String[] getClientAliases(String kind, Principal[] issuers) {
            return new String[] {"own"};
        }

        @Override
        public String chooseClientAlias(String[] kinds, Principal[] issuers, Socket socket) {
            return "own";
        }

        @Override
        public String chooseEngineClientAlias(String[] kinds, Principal[] issuers, SSLEngine engine) {
            return "own";
        }

        @Override
        public String[] getServerAliases(String kind, Principal[] issuers) {
            return new String[0];
        }

        @Override
        public @Nullable String chooseServerAlias(String kind, Principal[] issuers, Socket socket) {
            return null;
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return own.chain().toArray(new X509Certificate[0]);
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            proofs.incrementAndGet();
            return own.key();
        }
    }

    /** Handshakes, then sends a byte each way so that tickets and late alerts arrive. Throws what either engine throws. */
    static void play(SSLEngine client, SSLEngine server) throws SSLException {
        ByteBuffer toServer = ByteBuffer.allocate(ROOM).flip();
        ByteBuffer toClient = ByteBuffer.allocate(ROOM).flip();
        client.beginHandshake();
        server.beginHandshake();
        boolean clientSaid = false;
        boolean serverSaid = false;
        for (int round = 0; round < 200; round++) {
            boolean ready = idle(client) && idle(server);
            clientSaid |= step(client, toClient, toServer, ready && !clientSaid);
            serverSaid |= step(server, toServer, toClient, ready && !serverSaid);
            boolean quiet = !toServer.hasRemaining() && !toClient.hasRemaining();
            if (clientSaid && serverSaid && quiet) return;
        }
        throw new SSLException("the handshake does not come to an end");
    }

    private static boolean idle(SSLEngine engine) {
        return engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
    }

    /** Reads what has arrived and writes what is due. Answers whether application data was written. */
    private static boolean step(SSLEngine engine, ByteBuffer in, ByteBuffer out, boolean speak) throws SSLException {
        while (in.hasRemaining()) {
            SSLEngineResult read = engine.unwrap(in, ByteBuffer.allocate(ROOM));
            tasks(engine);
            if (read.bytesConsumed() == 0) break;
        }
        boolean said = false;
        while (true) {
            ByteBuffer data = ByteBuffer.wrap(speak && !said ? new byte[] {1} : new byte[0]);
            out.compact();
            SSLEngineResult written = engine.wrap(data, out);
            out.flip();
            tasks(engine);
            said |= written.bytesConsumed() > 0;
            if (written.bytesProduced() == 0 || (idle(engine) && (said || !speak))) return said;
        }
    }

    private static void tasks(SSLEngine engine) {
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) task.run();
    }
}
