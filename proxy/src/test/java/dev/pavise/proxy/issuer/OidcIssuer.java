package dev.pavise.proxy.issuer;

import dev.pavise.proxy.tls.TestCa;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A real OpenID Connect issuer on a loopback port, over TLS: metadata, key set, tokens. It rotates its keys, goes away and comes back, and can be
 * told to misbehave.
 */
public final class OidcIssuer implements AutoCloseable {
    public static final String METADATA = "/.well-known/openid-configuration";
    public static final String JWKS = "/jwks";

    private final SSLContext context;
    private final int port;
    private final List<String> heads = new CopyOnWriteArrayList<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private volatile ServerSocket server;
    private volatile String keySet = "{\"keys\":[]}";
    private volatile Behaviour behaviour = Behaviour.HONEST;

    /** What is done with a request, whose head was read. */
    @FunctionalInterface
    public interface Behaviour {
        Behaviour HONEST = (target, out, issuer) -> issuer.answerHonestly(target, out);

        void answer(String target, OutputStream out, OidcIssuer issuer) throws Exception;

        /** Answers everything with this status and body, and fields each with its line end. */
        static Behaviour status(String status, String fields, String body) {
            return (target, out, issuer) -> out.write(
                    ("HTTP/1.1 " + status + "\r\nContent-Length: " + body.length() + "\r\n" + fields + "\r\n" + body)
                            .getBytes(StandardCharsets.ISO_8859_1));
        }

        /** Answers requests for the metadata with this, and all else honestly. */
        static Behaviour metadata(String json) {
            return (target, out, issuer) -> {
                if (target.equals(METADATA)) {
                    status("200 OK", "", json).answer(target, out, issuer);
                } else {
                    issuer.answerHonestly(target, out);
                }
            };
        }
    }

    private OidcIssuer(SSLContext context, ServerSocket server) {
        this.context = context;
        this.server = server;
        this.port = server.getLocalPort();
        accept(server);
    }

    /** Starts with a certificate for {@code localhost}. */
    public static OidcIssuer start(TestCa ca) throws IOException {
        return start(ca.server("localhost"));
    }

    public static OidcIssuer start(TestCa.Issued certificate) throws IOException {
        return new OidcIssuer(context(certificate), listen(0));
    }

    private static ServerSocket listen(int port) throws IOException {
        ServerSocket plain = new ServerSocket();
        plain.setReuseAddress(true);
        plain.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
        return plain;
    }

    private static SSLContext context(TestCa.Issued certificate) {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            store.setKeyEntry(
                    "own", certificate.key(), new char[0], certificate.chain().toArray(new X509Certificate[0]));
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, new char[0]);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException | IOException failure) {
            throw new IllegalStateException(failure);
        }
    }

    public String url() {
        return "https://localhost:" + port;
    }

    public int port() {
        return port;
    }

    /** Publishes these keys and no others. */
    public void publish(IssuedKey... keys) {
        publishText(Stream.of(keys).map(IssuedKey::jwk).collect(Collectors.joining(",", "{\"keys\":[", "]}")));
    }

    public void publishText(String text) {
        keySet = text;
    }

    public void behave(Behaviour next) {
        behaviour = next;
    }

    /** Claims that are good for ten minutes, with these behind. */
    public String claims(String subject, String more) {
        return "{\"iss\":\"" + url() + "\",\"aud\":\"pavise\",\"sub\":\"" + subject + "\",\"exp\":"
                + (Instant.now().getEpochSecond() + 600) + (more.isEmpty() ? "" : "," + more) + "}";
    }

    public String token(IssuedKey key, String subject, String more) {
        return key.token(claims(subject, more));
    }

    public String metadata() {
        return "{\"issuer\":\"" + url() + "\",\"jwks_uri\":\"" + url() + JWKS
                + "\",\"response_types_supported\":[\"code\"]}";
    }

    public void answerHonestly(String target, OutputStream out) throws IOException {
        String body = switch (target) {
            case METADATA -> metadata();
            case JWKS -> keySet;
            default -> "";
        };
        String status = body.isEmpty() ? "404 Not Found" : "200 OK";
        out.write(("HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\nSet-Cookie: a=b\r\nContent-Length: "
                        + body.length() + "\r\n\r\n" + body)
                .getBytes(StandardCharsets.UTF_8));
    }

    /** The heads of all requests that came, as they came. */
    public List<String> heads() {
        return heads;
    }

    /** The targets of all requests that came. */
    public List<String> seen() {
        return heads.stream().map(head -> head.split(" ", 3)[1]).toList();
    }

    /** How often the key set was asked for. */
    public long fetches() {
        return seen().stream().filter(JWKS::equals).count();
    }

    public void goAway() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    public void comeBack() throws IOException {
        server = listen(port);
        accept(server);
    }

    private void accept(ServerSocket listening) {
        Thread.ofVirtual().start(() -> {
            while (!listening.isClosed()) {
                try {
                    Socket socket = listening.accept();
                    sockets.add(socket);
                    Thread.ofVirtual().start(() -> serve(socket));
                } catch (IOException closed) {
                    return;
                }
            }
        });
    }

    private void serve(Socket plain) {
        try (Socket socket = context.getSocketFactory().createSocket(plain, null, port, true)) {
            ((javax.net.ssl.SSLSocket) socket).setUseClientMode(false);
            String head = head(socket.getInputStream());
            while (!head.isEmpty()) {
                heads.add(head);
                OutputStream out = socket.getOutputStream();
                behaviour.answer(head.split(" ", 3)[1], out, this);
                out.flush();
                head = head(socket.getInputStream());
            }
        } catch (Exception gone) {
            // whoever asks may leave at any time; tests look at what came of it
        }
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
            goAway();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
