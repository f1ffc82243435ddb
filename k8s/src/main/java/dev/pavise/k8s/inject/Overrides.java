package dev.pavise.k8s.inject;

import dev.pavise.k8s.inject.config.Cpu;
import dev.pavise.k8s.inject.config.MemorySize;
import dev.pavise.k8s.inject.config.SidecarConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a pod may choose about its sidecar, by annotation, and within the bounds of the configuration. One that is not known or
 * does not fit refuses the pod: a slip must not pass in silence.
 *
 * @param appPort null where the annotation is not there
 */
record Overrides(@Nullable Integer appPort, String logLevel, SidecarConfig.Resources resources) {
    static final String CPU_REQUEST = Marks.PREFIX + "cpu-request";
    static final String CPU_LIMIT = Marks.PREFIX + "cpu-limit";
    static final String MEMORY_REQUEST = Marks.PREFIX + "memory-request";
    static final String MEMORY_LIMIT = Marks.PREFIX + "memory-limit";
    static final String LOG_LEVEL = Marks.PREFIX + "log-level";
    /** Set by us or by the manager, and no choice of the pod's. */
    private static final Set<String> OURS = Set.of(Marks.INJECTION, Marks.RESTARTED_AT);

    static final List<String> KNOWN =
            List.of(Marks.APP_PORT, CPU_REQUEST, CPU_LIMIT, MEMORY_REQUEST, MEMORY_LIMIT, LOG_LEVEL);
    /** As {@code PAVISE_LOG_LEVEL} knows them. */
    public static final List<String> LEVELS = List.of("error", "warn", "info", "debug");

    private static final int HIGHEST_PORT = 65_535;

    /** What came of reading the annotations. */
    sealed interface Outcome {}

    record Read(Overrides overrides) implements Outcome {}

    record Wrong(String reason) implements Outcome {}

    static Outcome of(ObjectNode pod, SidecarConfig config) {
        Reader reader = new Reader(pod.path("metadata").path("annotations"), config);
        Overrides overrides = reader.read();
        return reader.faults.isEmpty() ? new Read(overrides) : new Wrong(String.join("; ", reader.faults));
    }

    /** Reads one annotation after the other and notes what is wrong with each. */
    private static final class Reader {
        private final Map<String, String> given = new TreeMap<>();
        private final SidecarConfig config;
        private final List<String> faults = new ArrayList<>();

        Reader(JsonNode annotations, SidecarConfig config) {
            this.config = config;
            for (String name : annotations.propertyNames()) {
                if (name.startsWith(Marks.PREFIX) && !OURS.contains(name)) {
                    given.put(name, Trees.text(annotations, name));
                }
            }
        }

        Overrides read() {
            given.keySet().stream()
                    .filter(name -> !KNOWN.contains(name))
                    .forEach(name ->
                            faults.add("annotation " + name + " is not known; known: " + String.join(", ", KNOWN)));
            return new Overrides(port(), level(), resources());
        }

        private @Nullable Integer port() {
            String text = given.get(Marks.APP_PORT);
            if (text == null) {
                return null;
            }
            int port = text.matches("[1-9][0-9]{0,4}") ? Integer.parseInt(text) : 0;
            if (port == 0 || port > HIGHEST_PORT) {
                faults.add("annotation " + Marks.APP_PORT + " is no port number from 1 to " + HIGHEST_PORT);
            } else if (port == Marks.PORT || port == Marks.METRICS_PORT) {
                faults.add("annotation " + Marks.APP_PORT + ": port " + port + " is the sidecar's");
            }
            return port;
        }

        private String level() {
            String text = given.getOrDefault(LOG_LEVEL, config.logLevel());
            if (!LEVELS.contains(text)) {
                faults.add("annotation " + LOG_LEVEL + " is none of " + String.join(", ", LEVELS));
            }
            return text;
        }

        private SidecarConfig.Resources resources() {
            SidecarConfig.Resources standard = config.resources();
            Cpu cpuRequest = cpu(CPU_REQUEST).orElse(standard.cpuRequest());
            Cpu cpuLimit = cpu(CPU_LIMIT).orElse(standard.cpuLimit());
            MemorySize memoryRequest = memory(MEMORY_REQUEST).orElse(standard.memoryRequest());
            MemorySize memoryLimit = memory(MEMORY_LIMIT).orElse(standard.memoryLimit());
            if (cpuLimit != null && cpuRequest.compareTo(cpuLimit) > 0) {
                faults.add("the sidecar's cpu request " + cpuRequest + " is above its limit " + cpuLimit);
            }
            if (memoryRequest.compareTo(memoryLimit) > 0) {
                faults.add("the sidecar's memory request " + memoryRequest + " is above its limit " + memoryLimit
                        + "; set both " + MEMORY_REQUEST + " and " + MEMORY_LIMIT);
            }
            return new SidecarConfig.Resources(cpuRequest, cpuLimit, memoryRequest, memoryLimit);
        }

        private Optional<Cpu> cpu(String name) {
            SidecarConfig.Bounds bounds = config.bounds();
            return amount(name, given.get(name), Cpu::parse, bounds.cpuLeast(), bounds.cpuMost(), "such as 250m or 1");
        }

        private Optional<MemorySize> memory(String name) {
            SidecarConfig.Bounds bounds = config.bounds();
            return amount(
                    name,
                    given.get(name),
                    MemorySize::parse,
                    bounds.memoryLeast(),
                    bounds.memoryMost(),
                    "such as 384Mi or 1Gi");
        }

        private <T extends Comparable<T>> Optional<T> amount(
                String name, @Nullable String text, Form<T> form, T least, T most, String example) {
            if (text == null) {
                return Optional.empty();
            }
            Optional<T> amount = form.parse(text);
            if (amount.isEmpty()) {
                faults.add("annotation " + name + " is no amount " + example);
            } else if (amount.get().compareTo(least) < 0 || amount.get().compareTo(most) > 0) {
                faults.add("annotation " + name + " is outside of " + least + " to " + most);
                return Optional.empty();
            }
            return amount;
        }

        @FunctionalInterface
        private interface Form<T> {
            Optional<T> parse(String text);
        }
    }
}
