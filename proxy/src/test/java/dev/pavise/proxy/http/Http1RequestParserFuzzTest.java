package dev.pavise.proxy.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Mutated requests: nothing throws, pieces do not matter, and what is accepted says the same when it is written and read again. */
final class Http1RequestParserFuzzTest {
    private static final String[] SEEDS = {
        "GET /a/b?c=d HTTP/1.1\r\nhost: example.com\r\nx-a: 1\r\ncookie: a=b\r\n\r\n",
        "POST / HTTP/1.1\r\nhost: a:81\r\ncontent-length: 11\r\n\r\nhello world",
        "PUT /%41%20b HTTP/1.1\r\nhost: [::1]\r\ntransfer-encoding: chunked\r\n\r\n5;a=\"b\"\r\nhello\r\n3\r\nabc\r\n0\r\nx-t: 1\r\n\r\n",
        "GET https://a/ HTTP/1.1\r\nhost: a\r\nconnection: close, x-a\r\nx-a: b\r\n\r\nGET / HTTP/1.0\r\nhost: 1.2.3.4\r\n\r\n",
        "GET / HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    };
    private static final String[] SPICES = {
        "\r\n",
        "\n",
        "\r",
        "\0",
        " ",
        "\t",
        ":",
        ";",
        "%2e",
        "%2f",
        "../",
        "//",
        "\\",
        "chunked",
        "transfer-encoding: chunked\r\n",
        "content-length: 3\r\n",
        "0\r\n\r\n",
        "host: b\r\n",
        "GET / HTTP/1.1\r\n",
        "\u00ff",
        "ffffffffffffffff",
        "\"",
        ",",
        "#",
        "?"
    };

    @Test
    void neverThrowsAndNeverReadsTwoThings() {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(20260711);
        int accepted = 0;
        for (int round = 0; round < 10_000; round++) {
            byte[] raw = mutate(SEEDS[random.nextInt(SEEDS.length)], random);
            String whole = Fed.requests(raw, Fed.WHOLE);
            assertEquals(
                    whole,
                    Fed.requests(raw, rest -> random.nextInt(1, 40)),
                    () -> Fed.text(Unpooled.wrappedBuffer(raw)));
            accepted += checkWrittenAgain(raw) ? 1 : 0;
        }
        assertTrue(accepted > 1000, "the mutations leave too little to look at: " + accepted);
    }

    /** Writes the first request out as the gateway would, and reads it with a parser that has seen nothing else. */
    private static boolean checkWrittenAgain(byte[] raw) {
        First first = First.of(Unpooled.wrappedBuffer(raw));
        RequestHead head = first.head;
        if (head == null || first.step != Step.MESSAGE_END || head.protocol() != null) {
            return false;
        }
        HeaderBlock cleaned = new HeaderBlock();
        Hygiene.toUpstream(head, HygieneTest.FACTS, cleaned);
        ByteBuf out = Unpooled.buffer();
        Http1Writer.request(out, head.method(), head.target(), head.authority(), cleaned, head.bodyLength());
        if (head.bodyLength() > 0) {
            out.writeBytes(Fed.bytes(first.body.toString()));
        } else if (head.bodyLength() < 0) {
            for (int i = 0; i < first.body.length(); i++) {
                Http1Writer.chunkBegin(out, 1);
                out.writeByte(first.body.charAt(i));
                Http1Writer.chunkEnd(out);
            }
            Http1Writer.lastChunk(out, first.trailers);
        }
        First again = First.of(out.duplicate());
        RequestHead second = again.head;
        assertEquals(Step.MESSAGE_END, again.step, () -> Fed.text(out));
        assertTrue(second != null && again.unread == 0, () -> Fed.text(out));
        assertEquals(
                head.method() + head.host() + head.authority() + head.target(),
                second.method() + second.host() + second.authority() + second.target());
        assertEquals(head.bodyLength(), second.bodyLength());
        assertEquals(first.body.toString(), again.body.toString());
        assertEquals(Fed.describe(first.trailers), Fed.describe(again.trailers));
        HeaderBlock cleanedAgain = new HeaderBlock();
        Hygiene.toUpstream(second, HygieneTest.FACTS, cleanedAgain);
        assertEquals(endToEnd(cleaned), endToEnd(cleanedAgain));
        return true;
    }

    private static String endToEnd(HeaderBlock fields) {
        fields.removeAll(HeaderName.CONTENT_LENGTH);
        return Fed.describe(fields);
    }

    static byte[] mutate(String seed, RandomGenerator random) {
        StringBuilder text = new StringBuilder(seed);
        int mutations = random.nextInt(4);
        for (int i = 0; i < mutations && !text.isEmpty(); i++) {
            int at = random.nextInt(text.length());
            switch (random.nextInt(5)) {
                case 0 -> text.setCharAt(at, (char) random.nextInt(256));
                case 1 -> text.deleteCharAt(at);
                case 2 -> text.insert(at, SPICES[random.nextInt(SPICES.length)]);
                case 3 -> text.insert(at, text.substring(at, Math.min(text.length(), at + random.nextInt(30))));
                default -> text.setCharAt(at, (char) (text.charAt(at) ^ 1 << random.nextInt(8)));
            }
        }
        return Fed.bytes(text.toString());
    }

    /** The first message of some bytes. */
    private static final class First implements Http1RequestParser.Events {
        @Nullable
        RequestHead head;

        final StringBuilder body = new StringBuilder();
        final HeaderBlock trailers = new HeaderBlock();
        Step step = Step.NEED_INPUT;
        int unread;

        static First of(ByteBuf in) {
            First first = new First();
            first.step = new Http1RequestParser(new HeadLimits(1024, 8192, 100), "https").parse(in, first);
            first.unread = in.readableBytes();
            return first;
        }

        @Override
        public void onHead(RequestHead read) {
            head = read;
        }

        @Override
        public void onData(ByteBuf data) {
            body.append(Fed.text(data));
            data.release();
        }

        @Override
        public void onEnd(HeaderBlock read) {
            for (int i = 0; i < read.size(); i++) {
                trailers.addFrom(read, i);
            }
        }
    }
}
