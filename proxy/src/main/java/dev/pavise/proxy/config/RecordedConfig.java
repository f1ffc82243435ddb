package dev.pavise.proxy.config;

import java.util.List;

/**
 * What of a request goes into its audit record beside what always does.
 *
 * @param headers field names in lower case; never one that holds a credential
 * @param query whether the query does, with the values of parameters that are named like secrets masked
 */
public record RecordedConfig(List<String> headers, boolean query) {
    /** Nothing more. */
    public static final RecordedConfig NOTHING = new RecordedConfig(List.of(), false);

    /** Copies its list. */
    public RecordedConfig {
        headers = List.copyOf(headers);
    }
}
