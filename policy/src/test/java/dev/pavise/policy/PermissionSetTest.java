package dev.pavise.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PermissionSetTest {
    private static final List<String> NAMES = List.of("*", "a", "b", "c", "d");

    @Test
    void allowsNothingWhenEmpty() {
        assertFalse(PermissionSet.of(Map.of()).allows(Permission.parse("agent:list")));
        assertFalse(PermissionSet.NONE.allows(Permission.ALL));
    }

    @Test
    void agreesWithAskingEachPermission() {
        SplittableRandom random = new SplittableRandom(2);
        for (int round = 0; round < 20_000; round++) {
            Map<Permission, String> held = new LinkedHashMap<>();
            for (int at = random.nextInt(5); at > 0; at--) {
                held.put(any(random), "source " + at);
            }
            PermissionSet set = PermissionSet.of(held);
            Permission needed = any(random);
            boolean expected = held.keySet().stream().anyMatch(one -> one.covers(needed));
            assertEquals(expected, set.allows(needed), () -> held + " " + needed);
            assertEquals(expected, set.granting(needed).isPresent());
        }
    }

    @Test
    void tellsWhichPermissionGrantedAndWhereItCameFrom() {
        Map<Permission, String> held = new LinkedHashMap<>();
        held.put(Permission.parse("agent:*"), "role developer");
        held.put(Permission.parse("agent:list"), "claimed permission agent:list");
        PermissionSet.Grant grant =
                PermissionSet.of(held).granting(Permission.parse("agent:list")).orElseThrow();
        assertEquals("role developer", grant.source());
        assertEquals(Permission.parse("agent:*"), grant.permission());
    }

    @Test
    void doesNotChangeWithTheMapItWasMadeFrom() {
        Map<Permission, String> held = new LinkedHashMap<>();
        held.put(Permission.parse("agent:list"), "role a");
        PermissionSet set = PermissionSet.of(held);
        held.put(Permission.ALL, "role b");
        assertFalse(set.granting(Permission.parse("x:y")).isPresent());
        assertTrue(set.allows(Permission.parse("agent:list")));
    }

    private static Permission any(SplittableRandom random) {
        return new Permission(NAMES.get(random.nextInt(NAMES.size())), NAMES.get(random.nextInt(NAMES.size())));
    }
}
