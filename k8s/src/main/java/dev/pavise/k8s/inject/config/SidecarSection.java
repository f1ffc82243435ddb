package dev.pavise.k8s.inject.config;

import dev.pavise.policy.config.BadValueException;
import dev.pavise.policy.config.Bound;
import dev.pavise.policy.config.Key;
import dev.pavise.policy.config.Scalars;
import dev.pavise.policy.config.Section;
import dev.pavise.policy.config.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads {@code sidecar} and {@code audit}. */
final class SidecarSection {
    private static final int LEAST_USER = 1;
    private static final int MOST_USER = 2_000_000_000;

    private static final Shape<Cpu> CPU = Scalars.scalar(
            "processor time such as 100m or 2",
            Cpu.FORM,
            text -> Cpu.parse(text).orElseThrow(() -> new BadValueException("")));
    private static final Shape<MemorySize> MEMORY = Scalars.scalar(
            "memory such as 256Mi or 1Gi",
            MemorySize.FORM,
            text -> MemorySize.parse(text).orElseThrow(() -> new BadValueException("")));

    static final Key<Cpu> CPU_REQUEST =
            Key.withDefault("cpu_request", CPU, "100m", "what a sidecar asks for, where its pod does not say");
    static final Key<Cpu> CPU_LIMIT = Key.optional(
            "cpu_limit", CPU, "the most it gets; default: none, so that it is not slowed down while it starts");
    static final Key<MemorySize> MEMORY_REQUEST =
            Key.withDefault("memory_request", MEMORY, "256Mi", "what a sidecar asks for, where its pod does not say");
    static final Key<MemorySize> MEMORY_LIMIT =
            Key.withDefault("memory_limit", MEMORY, "256Mi", "the most it gets; its heap follows");
    static final Key<SidecarConfig.Resources> RESOURCES = Key.withDefault(
            "resources",
            Section.of(List.of(CPU_REQUEST, CPU_LIMIT, MEMORY_REQUEST, MEMORY_LIMIT), SidecarSection::resources),
            "{}",
            "what a sidecar asks for");

    static final Key<Cpu> CPU_LEAST = Key.withDefault("cpu_least", CPU, "50m", "the least a pod may choose");
    static final Key<Cpu> CPU_MOST = Key.withDefault("cpu_most", CPU, "4", "the most a pod may choose");
    static final Key<MemorySize> MEMORY_LEAST =
            Key.withDefault("memory_least", MEMORY, "192Mi", "the least a pod may choose");
    static final Key<MemorySize> MEMORY_MOST =
            Key.withDefault("memory_most", MEMORY, "2Gi", "the most a pod may choose");
    static final Key<SidecarConfig.Bounds> BOUNDS = Key.withDefault(
            "bounds",
            Section.of(List.of(CPU_LEAST, CPU_MOST, MEMORY_LEAST, MEMORY_MOST), SidecarSection::bounds),
            "{}",
            "what pods may choose by annotation");

    static final Key<String> IMAGE = Key.required(
            "image",
            Scalars.matching(
                    "an image with its tag or digest, such as registry.example/pavise:0.1.0",
                    "[a-z0-9][A-Za-z0-9._:/-]{0,400}(:[A-Za-z0-9_][A-Za-z0-9._-]{0,127}|@sha256:[0-9a-f]{64})"),
            "what sidecars run; pods of every namespace have to be able to pull it");
    static final Key<String> PULL_POLICY = Key.withDefault(
            "image_pull_policy",
            Scalars.choice(List.of("Always", "IfNotPresent", "Never")),
            "IfNotPresent",
            "when a node fetches it");
    static final Key<Integer> USER = Key.withDefault(
            "user",
            Scalars.integer(LEAST_USER, MOST_USER),
            "65532",
            "the user and group that sidecars run as; pods whose containers name the same one are refused");
    static final Key<String> LOG_LEVEL = Key.withDefault(
            "log_level",
            Scalars.choice(List.of("error", "warn", "info", "debug")),
            "info",
            "of sidecars, where their pod does not say");

    static final Key<String> CLAIM = Key.optional(
            "claim",
            Scalars.matching("the name of a PersistentVolumeClaim", "[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?"),
            "a claim that is there in every namespace with injection, and writable by all its nodes; a folder for each pod");
    static final Key<Boolean> EPHEMERAL = Key.withDefault(
            "ephemeral", Scalars.bool(), "false", "true lets audit trails end with their pods; ship them elsewhere");
    static final Section<AuditVolume> AUDIT = Section.of(List.of(CLAIM, EPHEMERAL), SidecarSection::audit);

    /** The section without where audit trails lie, which has a section of its own. */
    record Draft(
            String image,
            String pullPolicy,
            int user,
            String logLevel,
            SidecarConfig.Resources resources,
            SidecarConfig.Bounds bounds) {
        SidecarConfig with(AuditVolume audit) {
            return new SidecarConfig(image, pullPolicy, user, logLevel, resources, bounds, audit);
        }
    }

    static final Section<Draft> SECTION =
            Section.of(List.of(IMAGE, PULL_POLICY, USER, LOG_LEVEL, RESOURCES, BOUNDS), SidecarSection::make);

    private SidecarSection() {}

    private static Draft make(Bound sidecar) {
        return new Draft(
                sidecar.get(IMAGE),
                sidecar.get(PULL_POLICY),
                sidecar.get(USER),
                sidecar.get(LOG_LEVEL),
                sidecar.get(RESOURCES),
                sidecar.get(BOUNDS));
    }

    private static SidecarConfig.Resources resources(Bound bound) {
        Cpu cpuLimit = bound.find(CPU_LIMIT);
        if (cpuLimit != null && bound.get(CPU_REQUEST).compareTo(cpuLimit) > 0) {
            bound.errorOf(CPU_LIMIT, "is below cpu_request");
        }
        if (bound.get(MEMORY_REQUEST).compareTo(bound.get(MEMORY_LIMIT)) > 0) {
            bound.errorOf(MEMORY_LIMIT, "is below memory_request");
        }
        return new SidecarConfig.Resources(
                bound.get(CPU_REQUEST), cpuLimit, bound.get(MEMORY_REQUEST), bound.get(MEMORY_LIMIT));
    }

    private static SidecarConfig.Bounds bounds(Bound bound) {
        if (bound.get(CPU_LEAST).compareTo(bound.get(CPU_MOST)) > 0) {
            bound.errorOf(CPU_MOST, "is below cpu_least");
        }
        if (bound.get(MEMORY_LEAST).compareTo(bound.get(MEMORY_MOST)) > 0) {
            bound.errorOf(MEMORY_MOST, "is below memory_least");
        }
        return new SidecarConfig.Bounds(
                bound.get(CPU_LEAST), bound.get(CPU_MOST), bound.get(MEMORY_LEAST), bound.get(MEMORY_MOST));
    }

    private static @Nullable AuditVolume audit(Bound bound) {
        String claim = bound.find(CLAIM);
        boolean ephemeral = bound.get(EPHEMERAL);
        if (ephemeral == bound.mentions(CLAIM)) {
            bound.error("name a `claim`, or say `ephemeral: true`, and not both");
            return null;
        }
        return claim == null ? new AuditVolume.Ephemeral() : new AuditVolume.Claim(claim);
    }
}
