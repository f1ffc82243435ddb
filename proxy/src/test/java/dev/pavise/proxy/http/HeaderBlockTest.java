package dev.pavise.proxy.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

final class HeaderBlockTest {
    @Test
    void keepsFieldsInOrderWithLowerCaseNames() {
        HeaderBlock block = new HeaderBlock();
        block.add("X-One", "1");
        block.add(HeaderName.HOST, "a");
        byte[] source = Fed.bytes("..Cookie..b=c");
        block.add(source, 2, 6, 10, 3);
        assertEquals("{x-one=1|host=a|cookie=b=c}", Fed.describe(block));
        assertNull(block.known(0));
        assertSame(HeaderName.HOST, block.known(1));
        assertSame(HeaderName.COOKIE, block.known(2));
        assertEquals("b=c", block.first(HeaderName.COOKIE));
        assertNull(block.first(HeaderName.TE));
    }

    @Test
    void knowsEachNameByItsBytes() {
        for (HeaderName name : HeaderName.values()) {
            HeaderBlock block = new HeaderBlock();
            block.add(name.text().toString().toUpperCase(Locale.ROOT), "v");
            assertSame(name, block.known(0));
            block.clear();
            block.add(name.text() + "x", "v");
            assertNull(block.known(0));
        }
        assertNull(HeaderName.of(new byte[0], 0, 0));
    }

    @Test
    void letsNoTextEndAField() {
        HeaderBlock block = new HeaderBlock();
        block.add("a:\r\nb", "1\r\nc: 2\u0000\u010d\u010a\ud83d\ude00");
        block.add(HeaderName.SERVER, "x\ny\u00e9\t");
        assertEquals("a---b: 1??c: 2?????\r\nserver: x?y\u00e9\t\r\n", written(block));
    }

    @Test
    void tellsValuesApartByAnyByte() {
        for (int length = 0; length < 40; length++) {
            byte[] value = Fed.bytes("v".repeat(length));
            HeaderBlock block = new HeaderBlock();
            block.add(HeaderName.SERVER, "before");
            block.add(HeaderName.AUTHORIZATION, "v".repeat(length));
            assertTrue(block.valueEquals(1, value));
            assertFalse(block.valueEquals(1, Fed.bytes("v".repeat(length + 1))));
            for (int at = 0; at < length; at++) {
                byte[] other = value.clone();
                other[at] ^= 1;
                assertFalse(block.valueEquals(1, other));
            }
        }
    }

    @Test
    void writesWhatIsLeftWhateverWasTakenOut() {
        for (int removed = 0; removed < 32; removed++) {
            HeaderBlock block = new HeaderBlock();
            StringBuilder expected = new StringBuilder();
            for (int field = 0; field < 5; field++) {
                block.add("n" + field, "v".repeat(field));
                expected.append((removed >> field & 1) == 1 ? "" : "n" + field + ": " + "v".repeat(field) + "\r\n");
            }
            for (int field = 4; field >= 0; field--) {
                if ((removed >> field & 1) == 1) {
                    block.remove(field);
                }
            }
            assertEquals(expected.toString(), written(block));
        }
    }

    @Test
    void replacesAndRemovesAllOfAName() {
        HeaderBlock block = new HeaderBlock();
        block.add(HeaderName.VARY, "1");
        block.add("a", "2");
        block.add(HeaderName.VARY, "3");
        assertEquals(2, block.count(HeaderName.VARY));
        assertEquals(2, block.indexOf(HeaderName.VARY, 1));
        block.set(HeaderName.VARY, "4");
        assertEquals("{a=2|vary=4}", Fed.describe(block));
        block.removeAll(HeaderName.VARY);
        assertFalse(block.contains(HeaderName.VARY));
        assertEquals("a: 2\r\n", written(block));
    }

    @Test
    void comparesValues() {
        HeaderBlock block = new HeaderBlock();
        block.add("a", "Chunked");
        assertTrue(block.valueIs(0, AsciiString.of("chunked")));
        assertFalse(block.valueIs(0, AsciiString.of("chunke")));
        assertTrue(block.valueEquals(0, Fed.bytes("Chunked")));
        assertFalse(block.valueEquals(0, Fed.bytes("chunked")));
        assertFalse(block.valueEquals(0, Fed.bytes("Chunkedx")));
        assertEquals('C', block.valueByte(0, 0));
        assertEquals(7, block.valueLength(0));
    }

    @Test
    void saysNoValueInItsText() {
        HeaderBlock block = new HeaderBlock();
        block.add(HeaderName.AUTHORIZATION, "Bearer secret");
        block.add("b", "secret");
        assertEquals("[authorization, b]", block.toString());
    }

    @Test
    void isCopiedWithAllItsFields() {
        HeaderBlock block = new HeaderBlock();
        block.add("a", "1");
        block.add(HeaderName.DATE, "2");
        block.remove(0);
        HeaderBlock copy = block.copy();
        block.clear();
        block.add("z", "3");
        assertEquals("{date=2}", Fed.describe(copy));
        assertSame(HeaderName.DATE, copy.known(0));
        assertTrue(copy.isSmall());
        copy.add("b", "x".repeat(20_000));
        assertFalse(copy.isSmall());
    }

    @Test
    void givesPairsThatOutliveTheBlock() {
        HeaderBlock block = new HeaderBlock();
        block.add("a", "1");
        block.add(HeaderName.CONNECTION, "close");
        block.add(HeaderName.DATE, "2");
        AsciiString[] pairs = block.toPairs(name -> name == HeaderName.CONNECTION);
        block.clear();
        block.add("zzzz", "zzzzzzzzzzzzzzzzzzzzzzzzzzzz");
        assertEquals("[a, 1, date, 2]", List.of(pairs).toString());
    }

    /** The same random deeds done to a block and to a list. */
    @Test
    void behavesLikeAListOfFields() {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(3);
        HeaderName[] names = HeaderName.values();
        HeaderBlock block = new HeaderBlock();
        HeaderBlock other = new HeaderBlock();
        List<String> expected = new ArrayList<>();
        for (int round = 0; round < 50_000; round++) {
            HeaderName name = names[random.nextInt(names.length)];
            String value = "v".repeat(random.nextInt(40)) + round;
            switch (random.nextInt(6)) {
                case 0 -> {
                    block.add(name, value);
                    expected.add(name.text() + ": " + value);
                }
                case 1 -> {
                    block.add("x-" + value, AsciiString.of(value));
                    expected.add("x-" + value + ": " + value);
                }
                case 2 -> {
                    other.clear();
                    other.add(name, value);
                    block.addFrom(other, 0);
                    expected.add(name.text() + ": " + value);
                }
                case 3 -> {
                    block.removeAll(name);
                    expected.removeIf(line -> line.startsWith(name.text() + ":"));
                }
                case 4 -> {
                    if (block.size() > 0) {
                        int at = random.nextInt(block.size());
                        block.remove(at);
                        expected.remove(at);
                    }
                }
                default -> {
                    if (random.nextInt(20) == 0) {
                        block.clear();
                        expected.clear();
                    }
                }
            }
            if (round % 50 == 0) {
                String lines = expected.isEmpty() ? "" : String.join("\r\n", expected) + "\r\n";
                assertEquals(lines, written(block));
                assertEquals(lines.length(), block.encodedLength());
            }
        }
    }

    private static String written(HeaderBlock block) {
        ByteBuf out = Unpooled.buffer();
        block.writeTo(out);
        return out.toString(StandardCharsets.ISO_8859_1);
    }
}
