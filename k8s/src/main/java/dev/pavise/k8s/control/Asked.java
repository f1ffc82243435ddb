package dev.pavise.k8s.control;

import dev.pavise.k8s.act.Act;
import java.util.Map;

/**
 * Who asks, for the record.
 *
 * @param by {@code gateway:<namespace>/<pod>}, or {@link Act#SYSTEM}
 * @param metadata goes into the record: {@code on_behalf_of}, {@code request_id}
 */
public record Asked(String by, Map<String, String> metadata) {
    /** The manager itself. */
    public static final Asked BY_SYSTEM = new Asked(Act.SYSTEM, Map.of());

    public Asked {
        metadata = Map.copyOf(metadata);
    }
}
