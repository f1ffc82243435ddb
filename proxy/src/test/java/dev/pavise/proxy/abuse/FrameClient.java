package dev.pavise.proxy.abuse;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** An HTTP/2 client without manners: writes the frames it is told to, and reads what comes back frame by frame. */
final class FrameClient implements AutoCloseable {
    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int PRIORITY = 2;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;

    static final int ACK = 1;
    static final int END_STREAM = 1;
    static final int END_HEADERS = 4;

    static final int INITIAL_WINDOW_SIZE = 4;
    static final int MAX_HEADER_LIST_SIZE = 6;

    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Socket plain;
    private final SSLSocket socket;
    private final DataInputStream in;
    private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false);
    private @Nullable Frame goAway;

    /** A frame; the status where it is the head of an answer. */
    record Frame(int type, int flags, int stream, byte[] payload, int status) {
        boolean has(int flag) {
            return (flags & flag) != 0;
        }

        /** The number that begins at this place: an error code, or a window. */
        int number(int at) {
            return (payload[at] & 0xff) << 24
                    | (payload[at + 1] & 0xff) << 16
                    | (payload[at + 2] & 0xff) << 8
                    | (payload[at + 3] & 0xff);
        }
    }

    /** How a stream ended: with an answer, with a reset ({@code status} 0), or with the connection ({@code error} -1). */
    record Answer(int status, int error, String body) {
        boolean isReset() {
            return status == 0;
        }
    }

    private FrameClient(SSLContext trust, Socket plain) throws IOException {
        this.plain = plain;
        this.socket = RawClient.tls(trust, plain, "h2");
        this.in = new DataInputStream(socket.getInputStream());
    }

    /** With the preface and settings; reads nothing. */
    static FrameClient connect(SSLContext trust, int port, int... settings) throws IOException {
        FrameClient client = silent(trust, new Socket(InetAddress.getLoopbackAddress(), port));
        client.send(PREFACE, settings(settings), window(0, 1 << 30));
        return client;
    }

    /** Without a preface. */
    static FrameClient silent(SSLContext trust, Socket plain) throws IOException {
        return new FrameClient(trust, plain);
    }

    static byte[] preface() {
        return PREFACE.clone();
    }

    // ---- frames

    static byte[] frame(int type, int flags, int stream, byte... payload) {
        byte[] frame = new byte[9 + payload.length];
        frame[0] = (byte) (payload.length >> 16);
        frame[1] = (byte) (payload.length >> 8);
        frame[2] = (byte) payload.length;
        frame[3] = (byte) type;
        frame[4] = (byte) flags;
        putNumber(frame, 5, stream);
        System.arraycopy(payload, 0, frame, 9, payload.length);
        return frame;
    }

    /** Pairs of identifier and value. */
    static byte[] settings(int... pairs) {
        byte[] payload = new byte[pairs.length / 2 * 6];
        for (int i = 0; i < pairs.length; i += 2) {
            payload[i * 3 + 1] = (byte) pairs[i];
            putNumber(payload, i * 3 + 2, pairs[i + 1]);
        }
        return frame(SETTINGS, 0, 0, payload);
    }

    static byte[] reset(int stream) {
        return frame(RST_STREAM, 0, stream, number(8));
    }

    static byte[] window(int stream, int increment) {
        return frame(WINDOW_UPDATE, 0, stream, number(increment));
    }

    static byte[] data(int stream, boolean end, String text) {
        return frame(DATA, end ? END_STREAM : 0, stream, text.getBytes(StandardCharsets.ISO_8859_1));
    }

    static byte[] headers(int stream, boolean end, String... fields) {
        return frame(HEADERS, END_HEADERS | (end ? END_STREAM : 0), stream, block(fields));
    }

    static byte[] number(int number) {
        byte[] bytes = new byte[4];
        putNumber(bytes, 0, number);
        return bytes;
    }

    private static void putNumber(byte[] into, int at, int number) {
        into[at] = (byte) (number >> 24);
        into[at + 1] = (byte) (number >> 16);
        into[at + 2] = (byte) (number >> 8);
        into[at + 3] = (byte) number;
    }

    /** A request that is allowed, with more fields behind. */
    static String[] request(String method, String path, String... more) {
        List<String> fields = new ArrayList<>(
                List.of(":method", method, ":scheme", "https", ":path", path, ":authority", "localhost"));
        fields.addAll(List.of("authorization", "Bearer " + Stronghold.TOKEN));
        fields.addAll(List.of(more));
        return fields.toArray(new String[0]);
    }

    /** Names and values as HPACK literals that nobody has to remember (RFC 7541, 6.2.2); they may hold anything. */
    static byte[] block(String... fields) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < fields.length; i += 2) {
            out.write(0);
            putText(out, fields[i]);
            putText(out, fields[i + 1]);
        }
        return out.toByteArray();
    }

    private static void putText(ByteArrayOutputStream out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        if (bytes.length < 127) {
            out.write(bytes.length);
        } else {
            out.write(127);
            int left = bytes.length - 127;
            while (left >= 128) {
                out.write(left & 0x7f | 0x80);
                left >>= 7;
            }
            out.write(left);
        }
        out.writeBytes(bytes);
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    FrameClient send(byte[]... frames) throws IOException {
        socket.getOutputStream().write(join(frames));
        return this;
    }

    /** Sends as long as the gateway takes it; false once it has closed. */
    boolean trySend(byte[]... frames) {
        try {
            send(frames);
            return true;
        } catch (IOException closed) {
            return false;
        }
    }

    // ---- answers

    /** The next frame; null at the end of the connection, however it came. */
    @Nullable
    Frame next() throws IOException {
        try {
            int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
            int type = in.readUnsignedByte();
            int flags = in.readUnsignedByte();
            int stream = in.readInt() & 0x7fffffff;
            byte[] payload = in.readNBytes(length);
            Frame frame = new Frame(type, flags, stream, payload, type == HEADERS ? status(stream, payload) : 0);
            if (frame.type() == GOAWAY) {
                goAway = frame;
            } else if (frame.type() == SETTINGS && !frame.has(ACK)) {
                trySend(frame(SETTINGS, ACK, 0));
            }
            return frame;
        } catch (SocketTimeoutException open) {
            throw new AssertionError("the gateway neither answers nor closes", open);
        } catch (IOException ended) {
            return null;
        }
    }

    /** Reads to the end of this stream. */
    Answer answer(int stream) throws IOException {
        int status = 0;
        StringBuilder body = new StringBuilder();
        for (Frame frame = next(); frame != null; frame = next()) {
            if (frame.stream() != stream) {
                continue;
            }
            if (frame.status() >= 200) {
                status = frame.status();
            }
            if (frame.type() == RST_STREAM) {
                return new Answer(status == 0 ? 0 : status, frame.number(0), body.toString());
            }
            if (frame.type() == DATA) {
                body.append(new String(frame.payload(), StandardCharsets.ISO_8859_1));
            }
            if ((frame.type() == DATA || frame.type() == HEADERS) && frame.has(END_STREAM)) {
                return new Answer(status, 0, body.toString());
            }
        }
        return new Answer(0, -1, body.toString());
    }

    /** Every header block is decoded, as the table of HPACK goes on with each. */
    private int status(int stream, byte[] block) {
        try {
            Http2Headers headers = decoder.decodeHeaders(stream, Unpooled.wrappedBuffer(block));
            CharSequence status = headers.status();
            return status == null ? 0 : Integer.parseInt(status.toString());
        } catch (Http2Exception wrong) {
            throw new AssertionError("an answer that cannot be read", wrong);
        }
    }

    /** Reads until the gateway closes; the error code of its GOAWAY, or -1 without one. Fails where it does not close. */
    int end() throws IOException {
        Frame frame = next();
        while (frame != null) {
            frame = next();
        }
        Frame last = goAway;
        return last == null ? -1 : last.number(4);
    }

    /** An honest request on this connection is answered with this status. */
    int status(int stream, String path) throws IOException {
        send(headers(stream, true, request("GET", path)));
        return answer(stream).status();
    }

    SSLSocket socket() {
        return socket;
    }

    /** Goes without a word: TLS would wait for what another thread is writing. */
    @Override
    public void close() throws IOException {
        plain.close();
    }
}
