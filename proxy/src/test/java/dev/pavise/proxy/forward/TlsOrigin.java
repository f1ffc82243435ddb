package dev.pavise.proxy.forward;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** A scripted HTTP/1.1 upstream behind the JDK's TLS. */
final class TlsOrigin implements AutoCloseable {
    private final ServerSocket server;
    private final AtomicInteger accepted = new AtomicInteger();

    TlsOrigin(TestIdentity identity, ScriptedOrigin.Script script) throws Exception {
        SSLContext context = identity.jdkContext();
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> {
            while (!server.isClosed()) {
                try {
                    Socket raw = server.accept();
                    int number = accepted.incrementAndGet();
                    Thread.ofVirtual().start(() -> serve(context, raw, number, script));
                } catch (IOException e) {
                    return; // closed
                }
            }
        });
    }

    private static void serve(SSLContext context, Socket raw, int number, ScriptedOrigin.Script script) {
        try {
            SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(raw, null, raw.getPort(), false);
            socket.setUseClientMode(false);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"http/1.1"});
            socket.setSSLParameters(parameters);
            try {
                script.play(new ScriptedOrigin.Peer(socket, number));
            } finally {
                raw.close(); // without a close_notify, unless the script closed the TLS socket
            }
        } catch (IOException e) {
            // the other side has gone
        }
    }

    int port() {
        return server.getLocalPort();
    }

    int accepted() {
        return accepted.get();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
