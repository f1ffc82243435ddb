package dev.pavise.auditlog.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class LineTreeTest {
    private static final Origin ORIGIN = Origin.named("pavise/audit");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "null",
                "{\"a\":1}x",
                "{\"a\":1} {}",
                "{\"a\":1,\"a\":2}",
                "{\"a\":\n1}",
                "{\"a\":'x'}",
                "{\"a\":01}",
                "{\"a\":NaN}",
                "{\"a\":1,}",
                "{a:1}",
                "{\"a\":\"\t\"}",
                "{\"a\":1 /* x */}",
                "{\"a\":\"\\x\"}",
                "\uFEFF{\"a\":1}"
            })
    void refusesWhatIsNoRecord(String text) {
        byte[] line = text.getBytes(StandardCharsets.UTF_8);
        assertThrows(UnfitLineException.class, () -> LineTree.read(line));
        assertThrows(UnfitLineException.class, () -> LineTree.check(line));
    }

    @Test
    void refusesWhatIsTooDeepTooLongOrNoText() {
        String deep = "{\"a\":" + "[".repeat(100) + "]".repeat(100) + "}";
        String digits = "{\"a\":" + "9".repeat(5000) + "}";
        String large = "{\"a\":\"" + "x".repeat(70_000) + "\"}";
        for (String text : new String[] {deep, digits, large}) {
            assertThrows(UnfitLineException.class, () -> LineTree.read(text.getBytes(StandardCharsets.UTF_8)));
        }
        for (byte[] bytes :
                new byte[][] {{'{', '"', (byte) 0xc0, (byte) 0xaf, '"', ':', '1', '}'}, {'{', (byte) 0xff}}) {
            assertThrows(UnfitLineException.class, () -> LineTree.read(bytes));
            assertThrows(UnfitLineException.class, () -> LineTree.check(bytes));
        }
    }

    @Test
    void keepsEachValueAsItWas() throws UnfitLineException {
        String text = "{\"a\":[1,-2,9223372036854775808,1.50,true,false,null,\"\\u2028\"],\"b\":{},\"c\":\"\"}";
        byte[] written = LineTree.write(LineTree.read(text.getBytes(StandardCharsets.UTF_8)));
        assertEquals(text, Lines.text(written));
    }

    /** Whatever somebody makes of a line: it is refused, or it goes out as one line. */
    @ParameterizedTest
    @EnumSource(Format.class)
    void neverFailsOtherwiseAndNeverMakesTwoLines(Format format) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(5);
        Encoder encoder = format.encoder(ORIGIN);
        int refused = 0;
        for (int round = 0; round < 1500; round++) {
            byte[] line = Lines.of(round, Lines.random(random));
            for (int change = random.nextInt(4); change > 0; change--) {
                line[random.nextInt(line.length)] = (byte) random.nextInt(256);
            }
            try {
                byte[] encoded = encoder.encode(line);
                for (byte each : encoded) {
                    assertTrue(each < 0 || each >= ' ', () -> Lines.text(encoded));
                }
            } catch (UnfitLineException e) {
                refused++;
            }
        }
        assertTrue(refused > 50 && refused < 1450, "refused " + refused);
    }

    @Test
    void passesTheStoredBytesOn() throws UnfitLineException {
        byte[] line = Lines.of(4, Lines.typical().getFirst());
        assertArrayEquals(line, Format.JSON.encoder(ORIGIN).encode(line));
    }
}
