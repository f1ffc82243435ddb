package dev.pavise.proxy.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;

/** The figures of the Java virtual machine, its collectors among them, and of Netty's buffers. */
final class JvmMeters {
    private JvmMeters() {}

    static void bind(MeterRegistry registry) {
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        List<GarbageCollectorMXBean> collectors = ManagementFactory.getGarbageCollectorMXBeans();
        FunctionCounter.builder(
                        "jvm_gc_collections",
                        collectors,
                        all -> all.stream()
                                .mapToLong(GarbageCollectorMXBean::getCollectionCount)
                                .sum())
                .register(registry);
        FunctionCounter.builder(
                        "jvm_gc_collection_seconds",
                        collectors,
                        all -> all.stream()
                                        .mapToLong(GarbageCollectorMXBean::getCollectionTime)
                                        .sum()
                                / 1000.0)
                .register(registry);
        if (ByteBufAllocator.DEFAULT instanceof ByteBufAllocatorMetricProvider buffers) {
            Gauge.builder("pavise_buffer_bytes", buffers, all -> all.metric().usedDirectMemory())
                    .description("direct memory that the buffers of connections hold")
                    .register(registry);
        }
    }
}
