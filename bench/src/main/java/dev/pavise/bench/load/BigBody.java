package dev.pavise.bench.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Sends a body of some GiB through a gateway process, down and up, over HTTP/1.1 and HTTP/2, and once to a reader that stops in between; tells
 * the process's memory after each. Arguments: GiB, a folder for its files, then the command that starts a gateway, to which
 * {@code --config FILE} is added. Exits with 1 when a byte is missing.
 */
public final class BigBody {
    private static final String TOKEN = "a-token-for-this-measurement-only";
    private static final int PART = 1 << 16;

    private final long size;
    private final Path folder;

    private BigBody(long size, Path folder) {
        this.size = size;
        this.folder = folder;
    }

    public static void main(String[] arguments) throws Exception {
        if (arguments.length < 3) {
            System.err.println("usage: BigBody GIB FOLDER COMMAND...");
            System.exit(2);
        }
        BigBody run = new BigBody(Long.parseLong(arguments[0]) << 30, Path.of(arguments[1]));
        boolean whole = run.run(List.of(arguments).subList(2, arguments.length));
        System.exit(whole ? 0 : 1);
    }

    private boolean run(List<String> command) throws Exception {
        try (ServerSocket origin = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> accept(origin));
            Path file = configure(origin.getLocalPort());
            List<String> whole = new ArrayList<>(command);
            whole.addAll(List.of("--config", file.toString()));
            ProcessBuilder builder = new ProcessBuilder(whole);
            builder.environment().put("PAVISE_AUTH_TOKEN", TOKEN);
            builder.redirectError(folder.resolve("gateway.log").toFile());
            Process process = builder.start();
            try (BufferedReader told = process.inputReader()) {
                String ready = told.readLine();
                if (ready == null || !ready.startsWith("ready ")) {
                    throw new IOException("the gateway did not start, see gateway.log: " + ready);
                }
                return measure(
                        process.pid(),
                        URI.create(ready.replaceAll("^ready ([^ ]+) .*$", "$1").replace("127.0.0.1", "localhost")));
            } finally {
                process.destroy();
                if (!process.waitFor(40, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            }
        }
    }

    private Path configure(int port) throws IOException {
        Files.createDirectories(folder);
        return Files.writeString(folder.resolve("pavise.yaml"), """
                listen: {https: "127.0.0.1:0"}
                data_dir: %s
                upstreams: {origin: {url: "http://127.0.0.1:%d"}}
                routes: [{match: {path: "/big/**"}, permission: "big:move", upstream: origin, body: {size: 16TiB}}]
                """.formatted(
                        folder.resolve("data").toAbsolutePath(), port));
    }

    private boolean measure(long pid, URI gateway) throws Exception {
        tell(pid, "started", 0);
        boolean whole = true;
        for (HttpClient.Version version : HttpClient.Version.values()) {
            try (HttpClient client =
                    HttpClient.newBuilder().version(version).sslContext(trust()).build()) {
                long from = System.nanoTime();
                whole &= download(client, gateway, 0) == size;
                tell(pid, version + " down", System.nanoTime() - from);
                from = System.nanoTime();
                whole &= upload(client, gateway) == size;
                tell(pid, version + " up", System.nanoTime() - from);
                from = System.nanoTime();
                whole &= download(client, gateway, 3) == size;
                tell(pid, version + " down, with a pause of 3 s", System.nanoTime() - from);
            }
        }
        return whole;
    }

    private long download(HttpClient client, URI gateway, int pauseSeconds) throws Exception {
        HttpResponse<InputStream> answer =
                client.send(request(gateway, "/big/down").build(), HttpResponse.BodyHandlers.ofInputStream());
        byte[] part = new byte[PART];
        long read = 0;
        try (InputStream body = answer.body()) {
            for (int n = body.read(part); n >= 0; n = body.read(part)) {
                boolean half = read < size / 2 && read + n >= size / 2;
                read += n;
                if (half && pauseSeconds > 0) {
                    LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(pauseSeconds));
                }
            }
        }
        return read;
    }

    private long upload(HttpClient client, URI gateway) throws Exception {
        HttpRequest.BodyPublisher body = HttpRequest.BodyPublishers.fromPublisher(
                HttpRequest.BodyPublishers.ofInputStream(() -> new Zeros(size)), size);
        String took = client.send(request(gateway, "/big/up").POST(body).build(), HttpResponse.BodyHandlers.ofString())
                .body();
        return Long.parseLong(took);
    }

    private static HttpRequest.Builder request(URI gateway, String path) {
        return HttpRequest.newBuilder(gateway.resolve(path)).header("authorization", "Bearer " + TOKEN);
    }

    private static void tell(long pid, String what, long nanos) throws IOException {
        StringBuilder line = new StringBuilder(String.format("%-36s %6.1f s", what, nanos / 1e9));
        for (String each : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
            if (each.startsWith("VmRSS") || each.startsWith("VmHWM")) {
                line.append("  ").append(each.replaceAll("\\s+", " "));
            }
        }
        System.out.println(line);
    }

    private SSLContext trust() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream in = Files.newInputStream(folder.resolve("data").resolve("ca.crt"))) {
            store.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private void accept(ServerSocket origin) {
        while (!origin.isClosed()) {
            try {
                Socket socket = origin.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = socket.getInputStream();
            OutputStream out = socket.getOutputStream();
            for (String head = head(in); !head.isEmpty(); head = head(in)) {
                if (head.startsWith("GET")) {
                    out.write(("HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
                    new Zeros(size).transferTo(out);
                } else {
                    in.skipNBytes(size);
                    String took = Long.toString(size);
                    out.write(("HTTP/1.1 200 OK\r\nContent-Length: " + took.length() + "\r\n\r\n" + took)
                            .getBytes(StandardCharsets.US_ASCII));
                }
                out.flush();
            }
        } catch (IOException gone) {
            // the gateway may leave; the client's count tells
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        for (int next = in.read(); next >= 0; next = in.read()) {
            head.append((char) next);
            if (head.length() > 3 && head.substring(head.length() - 4).equals("\r\n\r\n")) {
                return head.toString();
            }
        }
        return "";
    }

    /** So many zero bytes. */
    private static final class Zeros extends InputStream {
        private long left;

        Zeros(long length) {
            left = length;
        }

        @Override
        public int read() {
            return left-- > 0 ? 0 : -1;
        }

        @Override
        public int read(byte[] into, int from, int length) {
            if (left <= 0) {
                return -1;
            }
            int given = (int) Math.min(left, length);
            left -= given;
            return given;
        }
    }
}
