package dev.pavise.runner.egress;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A tool's end of a connection to the proxy, in plain words. */
final class Visitor implements AutoCloseable {
    private final SocketChannel channel;

    Visitor(Path socket) throws IOException {
        channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
    }

    /** A connection that asks for this already. */
    static Visitor connect(Path socket, String target) throws IOException {
        Visitor visitor = new Visitor(socket);
        visitor.say("CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n\r\n");
        return visitor;
    }

    SocketChannel channel() {
        return channel;
    }

    void say(String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    void sayNoMore() throws IOException {
        channel.shutdownOutput();
    }

    /** What comes, up to this end of it or the end of all. */
    String hear(String end) throws IOException {
        StringBuilder heard = new StringBuilder();
        ByteBuffer one = ByteBuffer.allocate(1);
        while (heard.lastIndexOf(end) < 0 && channel.read(one.clear()) >= 0) {
            heard.append((char) (one.get(0) & 0xFF));
        }
        return heard.toString();
    }

    /** The head of the answer. */
    String head() throws IOException {
        return hear("\r\n\r\n");
    }

    String rest() throws IOException {
        StringBuilder heard = new StringBuilder();
        ByteBuffer bytes = ByteBuffer.allocate(8192);
        while (channel.read(bytes.clear()) >= 0) {
            heard.append(StandardCharsets.ISO_8859_1.decode(bytes.flip()));
        }
        return heard.toString();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
