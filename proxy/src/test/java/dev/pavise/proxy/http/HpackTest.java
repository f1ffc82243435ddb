package dev.pavise.proxy.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersDecoder;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Header sections on the wire, held against Netty's reader and writer of the same. */
final class HpackTest {
    private static final int MOST = 8192;

    private final Http2Section section = new Http2Section();

    private static ByteBuf hex(String text) {
        return Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(text.replace(" ", "")));
    }

    /** What a reader makes of a section, or how it refuses it. */
    private static String read(Http2HeadersDecoder reader, ByteBuf block) {
        try {
            return list(reader.decodeHeaders(1, block));
        } catch (Http2Exception refused) {
            return refused.error() + (Http2Exception.isStreamError(refused) ? " of the stream" : "");
        }
    }

    /** Others put pseudo-header fields first, whatever the order on the wire. */
    private static List<String> sorted(String list) {
        return Arrays.stream(list.split(", "))
                .map(each -> each.replaceAll("[\\[\\]]", ""))
                .sorted()
                .toList();
    }

    private static String list(Http2Headers headers) {
        List<String> fields = new ArrayList<>();
        for (Map.Entry<CharSequence, CharSequence> field : headers) {
            fields.add(field.getKey() + "=" + field.getValue());
        }
        return fields.toString();
    }

    /** Examples of RFC 7541, C.3 and C.4: three requests on one connection, plain and coded. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "828684410f7777772e6578616d706c652e636f6d|828684be58086e6f2d6361636865|"
                        + "828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565",
                "828684418cf1e3c2e5f23a6ba0ab90f4ff|828684be5886a8eb10649cbf|828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf"
            })
    void readsTheExamplesOfTheStandard(String requests) {
        Http2HeadReader reader = new Http2HeadReader(section, MOST);
        String[] blocks = requests.split("\\|");
        String authority = ":authority=www.example.com";
        assertEquals("[:method=GET, :scheme=http, :path=/, " + authority + "]", read(reader, hex(blocks[0])));
        assertEquals(
                "[:method=GET, :scheme=http, :path=/, " + authority + ", cache-control=no-cache]",
                read(reader, hex(blocks[1])));
        assertEquals(
                "[:method=GET, :scheme=https, :path=/index.html, " + authority + ", custom-key=custom-value]",
                read(reader, hex(blocks[2])));
    }

    @ParameterizedTest
    @CsvSource({
        "80, no field has the number 0",
        "be, the table is empty",
        "ff, a number that does not end",
        "ffffffffffff0f, a number that is too large",
        "40, a name without its length",
        "4001, a name without its bytes",
        "40016103, a value without its bytes",
        "400161821fff, a code that is padded with too much",
        "40016184ffffffff, the code of the end of a string",
        "400161811c, a code that is padded with zeros",
        "3fe21f, a table larger than was announced",
        "8220, the size of the table in the midst"
    })
    void endsTheConnectionWhereASectionCannotBeRead(String block, String why) {
        assertEquals("COMPRESSION_ERROR", read(new Http2HeadReader(section, MOST), hex(block)), why);
    }

    /** What is sent in full again and again is made once, and is what was sent each time, whoever else's sections come between. */
    @Test
    void readsTextsThatComeAgainAsTheyAreSentNow() {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(12);
        Http2HeadReader[] readers = {new Http2HeadReader(section, MOST), new Http2HeadReader(section, MOST)};
        for (int round = 0; round < 20_000; round++) {
            StringBuilder block = new StringBuilder();
            List<String> expected = new ArrayList<>();
            for (int field = random.nextInt(7); field > 0; field--) {
                String name = String.valueOf((char) ('a' + random.nextInt(2)));
                String value = (random.nextBoolean() ? "c" : "C") + (random.nextInt(4) == 0 ? "d".repeat(100) : "");
                block.append("0001").append(HexFormat.of().formatHex(Fed.bytes(name)));
                block.append("%02x".formatted(value.length()))
                        .append(HexFormat.of().formatHex(Fed.bytes(value)));
                expected.add(name + "=" + value);
            }
            assertEquals(expected.toString(), read(readers[random.nextInt(2)], hex(block.toString())));
        }
    }

    @Test
    void keepsItsTableWithinTheSizeThatTheClientSets() {
        Http2HeadReader reader = new Http2HeadReader(section, MOST);
        assertEquals("[a=b]", read(reader, hex("400161 0162")));
        assertEquals("[a=b]", read(reader, hex("be")));
        assertEquals("[]", read(reader, hex("20")));
        assertEquals("COMPRESSION_ERROR", read(reader, hex("be")));
    }

    /** A thousand references to a field of four thousand bytes: read, counted, and not kept. */
    @Test
    void refusesAListThatIsLargerThanItsCode() {
        Http2HeadReader reader = new Http2HeadReader(section, MOST);
        ByteBuf bomb = Unpooled.buffer();
        bomb.writeBytes(hex("400161 7f811e"))
                .writeBytes("v".repeat(127 + 1 + 30 * 128).getBytes(US_ASCII));
        bomb.writeBytes(ByteBufUtil.decodeHexDump("be".repeat(1000)));
        Http2Exception refused =
                assertThrows(Http2Exception.HeaderListSizeException.class, () -> reader.decodeHeaders(1, bomb));
        assertTrue(Http2Exception.isStreamError(refused));
        assertTrue(section.size() <= 3, section.size() + " fields are kept");
        assertEquals("[:method=GET]", read(reader, hex("82")), "the connection goes on");
    }

    @Test
    void readsWhatOthersWrite() throws Exception {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(7);
        for (int connection = 0; connection < 100; connection++) {
            DefaultHttp2HeadersEncoder writer = new DefaultHttp2HeadersEncoder((name, value) -> random.nextInt(9) == 0);
            Http2HeadReader reader = new Http2HeadReader(section, 1 << 20);
            for (int request = 0; request < 50; request++) {
                Http2Headers headers = new DefaultHttp2Headers(false);
                for (int field = random.nextInt(12); field >= 0; field--) {
                    headers.add(word(random, "n", 6), word(random, "", random.nextInt(30) == 0 ? 5000 : 40));
                }
                ByteBuf block = Unpooled.buffer();
                writer.encodeHeaders(1, headers, block);
                assertEquals(list(headers), list(reader.decodeHeaders(1, block)));
            }
        }
    }

    private static AsciiString word(RandomGenerator random, String begin, int most) {
        byte[] bytes = new byte[random.nextInt(most)];
        boolean anything = random.nextInt(4) == 0;
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (anything ? random.nextInt(256) : 'a' + random.nextInt(4));
        }
        return AsciiString.of(begin).concat(new AsciiString(bytes));
    }

    /** What is broken is broken for both readers, and what is not says the same to both. */
    @Test
    void readsWhatIsBrokenAsOthersDo() throws Exception {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(8);
        int readable = 0;
        for (int round = 0; round < 60_000; round++) {
            byte[] bytes = ByteBufUtil.decodeHexDump(
                    "3fe11f 8286 418cf1e3c2e5f23a6ba0ab90f4ff 04022f61 40026162 83ffffea 4d 0161 be bf 0f1f03616263"
                            .replace(" ", ""));
            for (int change = random.nextInt(4); change >= 0; change--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            int length = random.nextInt(3) == 0 ? random.nextInt(bytes.length + 1) : bytes.length;
            String expected =
                    read(new DefaultHttp2HeadersDecoder(false, MOST), Unpooled.wrappedBuffer(bytes, 0, length));
            String actual = read(new Http2HeadReader(section, MOST), Unpooled.wrappedBuffer(bytes, 0, length));
            assertEquals(sorted(expected), sorted(actual), () -> ByteBufUtil.hexDump(bytes, 0, length));
            readable += expected.startsWith("[") ? 1 : 0;
        }
        assertTrue(readable > 5000, "too little to look at: " + readable);
    }

    @Test
    void writesHeadsThatOthersRead() throws Exception {
        Http2HeadWriter writer = new Http2HeadWriter();
        DefaultHttp2HeadersDecoder reader = new DefaultHttp2HeadersDecoder(true, 1 << 20);
        HeaderBlock block = new HeaderBlock();
        for (String field : List.of(
                "x=1",
                "connection=upgrade",
                "upgrade=websocket",
                "te=trailers",
                "date=2",
                "sec-websocket-accept=z",
                "www-authenticate=Bearer",
                "x-long=" + "v".repeat(3000),
                "y" + "n".repeat(200) + "=",
                "content-type=a/b")) {
            block.add(field.substring(0, field.indexOf('=')), field.substring(field.indexOf('=') + 1));
        }
        String fields = "x=1, te=trailers, date=2, www-authenticate=Bearer, x-long=" + "v".repeat(3000) + ", y"
                + "n".repeat(200) + "=, content-type=a/b]";
        for (int status : new int[] {200, 204, 206, 304, 400, 401, 404, 429, 500, 503, 599}) {
            writer.answer(new ResponseHead(status, 0, block), status == 200);
            assertEquals(
                    "[:status=" + status + ", " + fields,
                    list(reader.decodeHeaders(1, Unpooled.wrappedBuffer(writer.bytes(), 0, writer.length()))));
        }
        writer.answer(new ResponseHead(101, 0, block), false);
        assertEquals(
                "[:status=200, " + fields,
                list(reader.decodeHeaders(1, Unpooled.wrappedBuffer(writer.bytes(), 0, writer.length()))));
        writer.trailers(block);
        assertEquals(
                "[" + fields,
                list(reader.decodeHeaders(1, Unpooled.wrappedBuffer(writer.bytes(), 0, writer.length()))));
    }

    /** A client that wants no table may ask for that at any time: none is used from the beginning. */
    @Test
    void saysWithItsFirstHeadThatItUsesNoTable() {
        Http2HeadWriter writer = new Http2HeadWriter();
        writer.answer(new ResponseHead(200, 0, new HeaderBlock()), true);
        assertEquals("2088", ByteBufUtil.hexDump(writer.bytes(), 0, writer.length()));
        writer.answer(new ResponseHead(200, 0, new HeaderBlock()), false);
        assertEquals("88", ByteBufUtil.hexDump(writer.bytes(), 0, writer.length()));
    }
}
