package dev.pavise.proxy.forward;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** An upstream on a plain socket that does to each connection exactly what its script says, however wrong that is. */
final class ScriptedOrigin implements AutoCloseable {
    /** What happens on one connection; the connection is closed when it returns. */
    @FunctionalInterface
    interface Script {
        void play(Peer peer) throws IOException;
    }

    /** One accepted connection; {@code number} counts from 1. */
    record Peer(Socket socket, int number) {
        /** Reads a head with its empty line; empty where the connection ended before. */
        String head() throws IOException {
            ByteArrayOutputStream head = new ByteArrayOutputStream();
            InputStream in = socket.getInputStream();
            while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
                int next = in.read();
                if (next < 0) {
                    return "";
                }
                head.write(next);
            }
            return head.toString(StandardCharsets.ISO_8859_1);
        }

        String body(int length) throws IOException {
            byte[] body = socket.getInputStream().readNBytes(length);
            if (body.length < length) {
                throw new EOFException("only " + body.length + " bytes came");
            }
            return new String(body, StandardCharsets.ISO_8859_1);
        }

        /** Reads until these bytes have come. */
        String until(String end) throws IOException {
            StringBuilder read = new StringBuilder();
            while (read.indexOf(end) < 0) {
                read.append(body(1));
            }
            return read.toString();
        }

        void send(String text) throws IOException {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
        }

        void answer(String body) throws IOException {
            send("HTTP/1.1 200 OK\r\ncontent-length: " + body.length() + "\r\n\r\n" + body);
        }

        void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }

        /** Waits for the other side to close; what comes meanwhile is thrown away. */
        void awaitClose() throws IOException {
            try {
                socket.getInputStream().transferTo(ByteArrayOutputStream.nullOutputStream());
            } catch (IOException e) {
                // a reset is a close as well
            }
        }
    }

    private final ServerSocket server;
    private final Script script;
    private final AtomicInteger accepted = new AtomicInteger();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    ScriptedOrigin(Script script) throws IOException {
        this.script = script;
        this.server = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    /** Answers every request of every connection with its target. */
    static ScriptedOrigin echoingTargets() throws IOException {
        return new ScriptedOrigin(peer -> {
            for (String head = peer.head(); !head.isEmpty(); head = peer.head()) {
                peer.answer(head.split(" ", 3)[1]);
            }
        });
    }

    /** A port on loopback where nobody listens. */
    static int deadPort() throws IOException {
        try (ServerSocket gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return gone.getLocalPort();
        }
    }

    int port() {
        return server.getLocalPort();
    }

    int accepted() {
        return accepted.get();
    }

    /** Resets every connection. */
    void resetAll() throws IOException {
        for (Socket socket : sockets) {
            socket.setSoLinger(true, 0);
            socket.close();
        }
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                socket.setTcpNoDelay(true);
                sockets.add(socket);
                int number = accepted.incrementAndGet();
                Thread.ofVirtual().start(() -> play(new Peer(socket, number)));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void play(Peer peer) {
        try {
            try {
                script.play(peer);
            } finally {
                peer.socket().close();
            }
        } catch (IOException e) {
            // the other side has gone, which is its right
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
