package dev.pavise.policy.key;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyFormatTest {
    private final SecureRandom random = new SecureRandom();

    @Test
    void makesKeysOfTheDocumentedShape() {
        Pattern documented = Pattern.compile("\\bpav_live_[0-9A-Za-z]{65}\\b");
        Set<String> ids = new HashSet<>();
        for (int round = 0; round < 1000; round++) {
            KeyText key = KeyFormat.DEFAULT.generate(random);
            assertTrue(documented.matcher(key.reveal()).matches(), key.reveal());
            assertEquals(9 + 16 + 43 + 6, key.reveal().length());
            assertEquals(key.reveal().substring(9, 25), key.id());
            assertTrue(ids.add(key.id()));
            assertEquals(
                    key.hash(),
                    KeyFormat.DEFAULT.read(key.reveal()).orElseThrow().hash());
        }
    }

    /** As a secret scanner would, from the documentation alone. */
    @Test
    void checksumCanBeWorkedOutOffline() {
        String digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        String key = KeyFormat.DEFAULT.generate(random).reveal();
        CRC32 crc = new CRC32();
        crc.update(key.substring(0, key.length() - 6).getBytes(StandardCharsets.US_ASCII));
        long told = 0;
        for (char c : key.substring(key.length() - 6).toCharArray()) {
            told = told * 62 + digits.indexOf(c);
        }
        assertEquals(crc.getValue(), told);
    }

    @Test
    void refusesEveryChangedCharacter() {
        String key = KeyFormat.DEFAULT.generate(random).reveal();
        for (int at = 0; at < key.length(); at++) {
            for (char c : "09AZaz_-. \n\u0000\u00e9\uffff".toCharArray()) {
                if (c != key.charAt(at)) {
                    String changed = key.substring(0, at) + c + key.substring(at + 1);
                    assertTrue(KeyFormat.DEFAULT.read(changed).isEmpty(), "changed at " + at);
                }
            }
        }
    }

    @Test
    void refusesEveryOtherLength() {
        String key = KeyFormat.DEFAULT.generate(random).reveal();
        for (int length = 0; length < key.length(); length++) {
            assertTrue(KeyFormat.DEFAULT.read(key.substring(0, length)).isEmpty());
            assertTrue(
                    KeyFormat.DEFAULT.read(key.substring(key.length() - length)).isEmpty());
        }
        for (String more : List.of(key + "0", "0" + key, key + key, key + " ", " " + key, "x".repeat(100_000))) {
            assertTrue(KeyFormat.DEFAULT.read(more).isEmpty());
        }
    }

    @Test
    void survivesAnyText() {
        Random noise = new Random(7);
        String key = KeyFormat.DEFAULT.generate(random).reveal();
        for (int round = 0; round < 200_000; round++) {
            char[] text = key.toCharArray();
            for (int change = noise.nextInt(4); change >= 0; change--) {
                text[noise.nextInt(text.length)] = (char) noise.nextInt(noise.nextBoolean() ? 128 : 65_536);
            }
            String changed = new String(text);
            assertEquals(changed.equals(key), KeyFormat.DEFAULT.read(changed).isPresent());
        }
    }

    @Test
    void acceptsOldPrefixesAndMakesNewOnes() {
        KeyFormat both = KeyFormat.of("cax_live_", List.of("pav_live_", "pav_"));
        String old = KeyFormat.DEFAULT.generate(random).reveal();
        assertTrue(both.read(old).isPresent());
        assertTrue(both.read(KeyFormat.of("pav_", List.of()).generate(random).reveal())
                .isPresent());
        String made = both.generate(random).reveal();
        assertTrue(made.startsWith("cax_live_"));
        assertTrue(both.read(made).isPresent());
        assertFalse(KeyFormat.DEFAULT.read(made).isPresent());
        assertFalse(KeyFormat.of("cax_live_", List.of()).read(old).isPresent());
    }

    /** The prefix is under the checksum: one key is not two. */
    @Test
    void prefixCannotBeExchanged() {
        KeyFormat both = KeyFormat.of("cax_live_", List.of("pav_live_"));
        String made = both.generate(random).reveal();
        assertTrue(both.read("pav_live_" + made.substring(9)).isEmpty());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "_",
                "a_",
                "pav",
                "PAV_",
                "pav-live_",
                "pav live_",
                "päv_",
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa_"
            })
    void refusesUnfitPrefixes(String prefix) {
        assertThrows(IllegalArgumentException.class, () -> KeyFormat.of(prefix, List.of()));
        assertThrows(IllegalArgumentException.class, () -> KeyFormat.of("pav_", List.of(prefix)));
    }

    @Test
    void showsNoSecret() {
        KeyText key = KeyFormat.DEFAULT.generate(random);
        assertEquals("***", key.toString());
        assertEquals("***", key.hash().toString());
    }
}
