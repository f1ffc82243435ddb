package dev.pavise.proxy.witness;

import dev.pavise.auditlog.codec.Checkpoint;
import dev.pavise.auditlog.codec.Cosignature;
import dev.pavise.auditlog.codec.MerkleProof;
import dev.pavise.auditlog.codec.SigningKey;
import dev.pavise.auditlog.codec.WitnessKey;
import dev.pavise.proxy.tls.TestCa;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * A real witness (C2SP tlog-witness) on a loopback port, over TLS: it remembers what it cosigned and checks every proof. It can be told to
 * misbehave.
 */
public final class WitnessServer implements AutoCloseable {
    private static final String TARGET = "/log/add-checkpoint";

    private final SSLContext context;
    private final ServerSocket server;
    private final KeyPair pair;
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private @Nullable PublicKey logKey;
    private @Nullable Checkpoint remembered;
    private volatile Behaviour behaviour = (body, out, witness) -> out.write(witness.answer(body));

    /** What is done with a question. */
    @FunctionalInterface
    public interface Behaviour {
        void answer(String body, OutputStream out, WitnessServer witness) throws Exception;

        /** Answers with this. */
        static Behaviour with(String status, String fields, String body) {
            return (asked, out, witness) -> out.write(http(status, fields, body));
        }
    }

    private WitnessServer(SSLContext context, ServerSocket server, KeyPair pair) {
        this.context = context;
        this.server = server;
        this.pair = pair;
    }

    /** Starts with a certificate for {@code localhost}. */
    public static WitnessServer start(TestCa ca) throws IOException, GeneralSecurityException {
        ServerSocket plain = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        WitnessServer witness = new WitnessServer(context(ca.server("localhost")), plain, pair);
        Thread.ofVirtual().start(witness::accept);
        return witness;
    }

    private static SSLContext context(TestCa.Issued certificate) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        store.setKeyEntry(
                "own", certificate.key(), new char[0], certificate.chain().toArray(new X509Certificate[0]));
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    public String url() {
        return "https://localhost:" + server.getLocalPort() + "/log";
    }

    public WitnessKey key() throws GeneralSecurityException {
        return WitnessKey.of("witness.example/w1", pair.getPublic());
    }

    /** Cosigns the log of this key from now on. */
    public synchronized void knows(PublicKey key) {
        logKey = key;
    }

    public void behave(Behaviour next) {
        behaviour = next;
    }

    public synchronized long remembered() {
        Checkpoint now = remembered;
        return now == null ? 0 : now.size();
    }

    /** All bodies that came. */
    public List<String> requests() {
        return requests;
    }

    /** The honest answer to a question. */
    public synchronized byte[] answer(String body) throws GeneralSecurityException {
        int blank = body.indexOf("\n\n");
        List<String> head = List.of(body.substring(0, blank).split("\n", -1));
        String note = body.substring(blank + 2);
        PublicKey key = logKey;
        if (key == null) {
            return http("404 Not Found", "", "");
        }
        Checkpoint shown = SigningKey.open(note, "pavise/audit", key).orElse(null);
        if (shown == null) {
            return http("403 Forbidden", "", "");
        }
        if (!head.getFirst().matches("old (0|[1-9][0-9]*)") || head.size() > 64) {
            return http("400 Bad Request", "", "");
        }
        long old = Long.parseLong(head.getFirst().substring(4));
        Checkpoint known = remembered;
        long size = known == null ? 0 : known.size();
        if (old > shown.size()) {
            return http("400 Bad Request", "", "");
        }
        if (old != size || (known != null && size == shown.size() && !known.equals(shown))) {
            return http("409 Conflict", "Content-Type: text/x.tlog.size\r\n", size + "\n");
        }
        List<byte[]> proof = new ArrayList<>();
        head.subList(1, head.size())
                .forEach(line -> proof.add(Base64.getDecoder().decode(line)));
        boolean extends_ = known == null
                ? proof.isEmpty()
                : MerkleProof.consistent(size, known.root(), shown.size(), shown.root(), proof);
        if (!extends_) {
            return http("422 Unprocessable Entity", "", "");
        }
        remembered = shown;
        return http("200 OK", "Content-Type: text/plain\r\n", cosignature(shown.text(), Instant.now()));
    }

    /** Its signature line over a checkpoint's text. */
    public String cosignature(String text, Instant at) throws GeneralSecurityException {
        return "\u2014 other.example AAAAAAAAAAAA\n"
                + Cosignature.sign(text, at, key(), pair.getPrivate()).line() + "\n";
    }

    static byte[] http(String status, String fields, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        String head = "HTTP/1.1 " + status + "\r\nContent-Length: " + bytes.length + "\r\n" + fields + "\r\n";
        byte[] whole = java.util.Arrays.copyOf(head.getBytes(StandardCharsets.US_ASCII), head.length() + bytes.length);
        System.arraycopy(bytes, 0, whole, head.length(), bytes.length);
        return whole;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                sockets.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket plain) {
        try (SSLSocket socket =
                (SSLSocket) context.getSocketFactory().createSocket(plain, null, plain.getLocalPort(), true)) {
            socket.setUseClientMode(false);
            InputStream in = socket.getInputStream();
            for (String head = head(in); !head.isEmpty(); head = head(in)) {
                String body = new String(in.readNBytes(length(head)), StandardCharsets.UTF_8);
                requests.add(body);
                OutputStream out = socket.getOutputStream();
                if (head.startsWith("POST " + TARGET + " ")) {
                    behaviour.answer(body, out, this);
                } else {
                    out.write(http("405 Method Not Allowed", "", ""));
                }
                out.flush();
            }
        } catch (Exception gone) {
            // whoever asks may leave at any time; tests look at what came of it
        }
    }

    private static int length(String head) {
        return head.lines()
                .filter(line -> line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:"))
                .mapToInt(line ->
                        Integer.parseInt(line.substring(line.indexOf(':') + 1).strip()))
                .findFirst()
                .orElse(0);
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        for (int next = in.read(); next >= 0; next = in.read()) {
            head.append((char) next);
            if (head.length() >= 4 && head.substring(head.length() - 4).equals("\r\n\r\n")) {
                return head.toString();
            }
        }
        return "";
    }

    @Override
    public void close() {
        try {
            server.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
