package dev.pavise.proxy.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import org.jspecify.annotations.Nullable;

/** An HTTP/1.1 upstream that answers as its script says, and remembers each request line that reached it. */
final class RawOrigin implements AutoCloseable {
    /** Answers one request of a connection, whose head and body have been read. */
    @FunctionalInterface
    interface Answering {
        void answer(Wire.Message request, Wire wire) throws Exception;
    }

    /** Plays a whole connection. */
    @FunctionalInterface
    interface Script {
        void play(Wire wire) throws Exception;
    }

    private final ServerSocket server;
    private final Script script;
    private final AtomicInteger connections = new AtomicInteger();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final List<String> seen = new CopyOnWriteArrayList<>();

    private RawOrigin(ServerSocket server, @Nullable Script script, @Nullable Answering answering) {
        this.server = server;
        this.script = script != null ? script : wire -> serve(wire, answering == null ? RawOrigin::echo : answering);
        Thread.ofVirtual().start(this::accept);
    }

    /** Reads each request and has it answered. */
    static RawOrigin answering(Answering answering) throws IOException {
        return new RawOrigin(plain(0), null, answering);
    }

    /** Answers each request with its head, an empty line and its body. */
    static RawOrigin echoing() throws IOException {
        return answering(RawOrigin::echo);
    }

    static RawOrigin echoingAt(int port) throws IOException {
        return new RawOrigin(plain(port), null, RawOrigin::echo);
    }

    static RawOrigin playing(Script script) throws IOException {
        return new RawOrigin(plain(0), script, null);
    }

    /** Echoes over TLS; {@code wantsClient} demands a client certificate. */
    static RawOrigin secured(SSLContext context, boolean wantsClient) throws IOException {
        return secured(context, wantsClient, RawOrigin::echo);
    }

    /** The same with another answer. */
    static RawOrigin secured(SSLContext context, boolean wantsClient, Answering answering) throws IOException {
        ServerSocketFactory sockets = context.getServerSocketFactory();
        SSLServerSocket secured = (SSLServerSocket) sockets.createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        secured.setNeedClientAuth(wantsClient);
        return new RawOrigin(secured, null, answering);
    }

    /** A port on loopback where nobody listens. */
    static int deadPort() throws IOException {
        try (ServerSocket gone = plain(0)) {
            return gone.getLocalPort();
        }
    }

    private static ServerSocket plain(int port) throws IOException {
        ServerSocket socket = new ServerSocket();
        socket.setReuseAddress(true);
        socket.bind(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
        return socket;
    }

    static void echo(Wire.Message request, Wire wire) throws IOException {
        respond(wire, request.head() + request.text());
    }

    static void respond(Wire wire, String body) throws IOException {
        wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
    }

    private void serve(Wire wire, Answering answering) throws Exception {
        for (Wire.Message next = wire.requestMessage(); !next.head().isEmpty(); next = wire.requestMessage()) {
            saw(next.head());
            answering.answer(next, wire);
        }
    }

    /** Remembers a request by its head; scripts that read for themselves tell of it here. */
    void saw(String head) {
        String line = head.substring(0, head.indexOf("\r\n"));
        seen.add(line.substring(0, line.lastIndexOf(' ')));
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                sockets.add(socket);
                connections.incrementAndGet();
                Thread.ofVirtual().start(() -> play(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void play(Socket socket) {
        try (socket) {
            script.play(new Wire(socket));
        } catch (Exception gone) {
            // the gateway may leave at any time; tests look at what it did
        }
    }

    int port() {
        return server.getLocalPort();
    }

    int connections() {
        return connections.get();
    }

    /** {@code METHOD target} of each request that arrived. */
    List<String> seen() {
        return seen;
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
