package dev.pavise.policy.key;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.pavise.policy.Permission;
import dev.pavise.policy.identity.ApiKeys.Lookup;
import dev.pavise.policy.identity.UnprovenReason;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KeyRingTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_000_000);

    private final SecureRandom random = new SecureRandom();
    private final KeyText text = KeyFormat.DEFAULT.generate(random);
    private final KeyRecord record = record(text, "ci", NOW.plusSeconds(60));

    @Test
    void findsALiveKeyWithWhatItHolds() {
        KeyRing ring = ring(record);
        Lookup.Found found = (Lookup.Found) ring.find(text.reveal(), NOW);
        assertEquals("key:ci", found.key().id());
        assertEquals(text.id(), found.key().keyId());
        assertEquals(Set.of(Permission.parse("agent:list")), found.key().permissions());
        assertEquals(NOW.plusSeconds(60), found.key().expiry());
        assertSame(found, ring.find(text.reveal(), NOW), "asking again makes nothing new");
    }

    @Test
    void tellsWhyNot() {
        KeyText other = KeyFormat.DEFAULT.generate(random);
        KeyText dead = KeyFormat.DEFAULT.generate(random);
        KeyText both = KeyFormat.DEFAULT.generate(random);
        KeyRing ring = ring(
                record,
                record(dead, "dead", NOW.plusSeconds(60)).revoked(NOW, "operator"),
                record(both, "both", NOW.minusSeconds(1)).revoked(NOW.minusSeconds(2), "operator"));
        assertEquals(UnprovenReason.UNKNOWN_API_KEY, refused(ring, other.reveal(), NOW));
        assertEquals(UnprovenReason.REVOKED, refused(ring, dead.reveal(), NOW));
        assertEquals(UnprovenReason.REVOKED, refused(ring, both.reveal(), NOW));
        assertEquals(UnprovenReason.EXPIRED, refused(ring, text.reveal(), NOW.plusSeconds(60)));
        assertEquals(UnprovenReason.MALFORMED, refused(ring, text.reveal() + "x", NOW));
        assertEquals(UnprovenReason.MALFORMED, refused(ring, "", NOW));
        assertEquals(UnprovenReason.UNKNOWN_API_KEY, refused(ring(), text.reveal(), NOW));
    }

    /** Who has an id but not its secret learns nothing of the key, not even in the audit trail of somebody else's. */
    @Test
    void wrongSecretIsUnknownWhateverBecameOfTheKey() {
        String forged = forge(text.id());
        for (KeyRecord each :
                List.of(record, record.revoked(NOW, "operator"), record(text, "ci", NOW.minusSeconds(1)))) {
            assertEquals(UnprovenReason.UNKNOWN_API_KEY, refused(ring(each), forged, NOW));
        }
    }

    @Test
    void remembersLastUseAndHandsItOn() {
        KeyRing ring = ring(record);
        assertEquals(Map.of(), ring.uses());
        ring.find(forge(text.id()), NOW);
        assertEquals(Map.of(), ring.uses(), "a wrong secret is no use");
        ring.find(text.reveal(), NOW);
        assertEquals(Map.of(text.id(), NOW.toEpochMilli()), ring.uses());
        ring.find(text.reveal(), NOW.plusMillis(999));
        assertEquals(Map.of(text.id(), NOW.toEpochMilli()), ring.uses(), "to the second");
        KeyRing next = ring.next(KeyFormat.DEFAULT, List.of(record.endingBy(NOW.plusSeconds(30))));
        assertEquals(ring.uses(), next.uses());
        ring.find(text.reveal(), NOW.plusSeconds(10));
        assertEquals(NOW.plusSeconds(10).toEpochMilli(), next.uses().get(text.id()), "of whoever still had the former");
        next.find(text.reveal(), NOW.plusSeconds(40));
        assertEquals(NOW.plusSeconds(10).toEpochMilli(), next.uses().get(text.id()), "a refused key is no use");
        assertEquals(Map.of(), next.next(KeyFormat.DEFAULT, List.of()).uses());
    }

    @Test
    void goesOnFromStoredUses() {
        KeyRing ring = KeyRing.of(KeyFormat.DEFAULT, List.of(record), Map.of(text.id(), 5L, "gone", 6L));
        assertEquals(Map.of(text.id(), 5L), ring.uses());
    }

    @Test
    void showsNoSecretAndNoHash() {
        String hash = record.secret().hex();
        assertFalse(record.toString().contains(hash));
        assertFalse(ring(record).toString().contains(hash));
        assertFalse(ring(record).find(text.reveal(), NOW).toString().contains(text.secret()));
    }

    /** A key of that id with a secret of somebody's own. */
    private String forge(String id) {
        String unchecked = KeyFormat.DEFAULT_PREFIX + id + "0".repeat(KeyFormat.SECRET);
        java.util.zip.CRC32 crc = new java.util.zip.CRC32();
        crc.update(unchecked.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        return unchecked + Base62.encode(crc.getValue(), KeyFormat.CHECKSUM);
    }

    private static UnprovenReason refused(KeyRing ring, String presented, Instant at) {
        return ((Lookup.Refused) ring.find(presented, at)).reason();
    }

    private static KeyRing ring(KeyRecord... records) {
        return KeyRing.of(KeyFormat.DEFAULT, List.of(records), Map.of());
    }

    private static KeyRecord record(KeyText text, String name, Instant expiry) {
        return new KeyRecord(
                text.id(),
                name,
                text.hash(),
                Set.of(Permission.parse("agent:list")),
                null,
                NOW.minusSeconds(3600),
                "operator",
                expiry,
                null,
                null);
    }
}
