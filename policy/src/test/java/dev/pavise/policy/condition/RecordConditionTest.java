package dev.pavise.policy.condition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.pavise.policy.Principal;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RecordConditionTest {
    private static final Principal ALICE = Who.token(Map.of("tenant", "acme"), "staff");

    /** A record of Alice's tenant. */
    private record Known(Map<String, String> texts, Map<String, Object> metadata) implements RecordCondition.Facts {
        @Override
        public String text(String name) {
            return texts.getOrDefault(name, "");
        }

        @Override
        public @Nullable Object metadata(String name) {
            return metadata.get(name);
        }
    }

    private static final Known RECORD = new Known(
            Map.of("actor", ALICE.id(), "resource", "/agents/7", "outcome", "success"),
            Map.of("tenant", "acme", "status", 200L));

    @ParameterizedTest
    @CsvSource(delimiterString = "=>", quoteCharacter = '"', textBlock = """
            record.actor == identity.id => true
            record.actor != identity.id => false
            record.actor == 'nobody' || 'staff' in identity.groups => true
            record.metadata.tenant == identity.claims.tenant => true
            record.metadata.status == 200 => true
            record.metadata.missing == 'a' => false
            record.metadata.missing != 'a' => false
            has(record.metadata.missing) => false
            record.metadata.exists(name, name == 'tenant') => true
            record.event_type == '' => true
            record.resource.startsWith('/agents/') => true
            record.resource.matches('^/agents/[0-9]+$') => true
            int(record.resource) > 1 => false
            """)
    void holdsOrHides(String expression, boolean expected) {
        assertEquals(expected, Conditions.ofRecords(expression).holds(ALICE, RECORD));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "record.actor", "record.nothing == 'a'", "request.path == '/'", "record.actor =="})
    void doesNotCompile(String expression) {
        assertThrows(IllegalArgumentException.class, () -> Conditions.ofRecords(expression));
    }

    @Test
    void hidesWhereFactsFail() {
        RecordCondition.Facts broken = new RecordCondition.Facts() {
            @Override
            public String text(String name) {
                throw new IllegalStateException("unreadable");
            }

            @Override
            public @Nullable Object metadata(String name) {
                return null;
            }

            @Override
            public Map<String, Object> metadata() {
                return Map.of();
            }
        };
        assertFalse(Conditions.ofRecords("record.actor == '' || true").holds(ALICE, broken)
                && Conditions.ofRecords("record.actor == ''").holds(ALICE, broken));
    }
}
