package dev.pavise.k8s.control;

import dev.pavise.k8s.act.Journal;
import dev.pavise.k8s.act.Target;
import dev.pavise.k8s.lead.LeaderWork;
import dev.pavise.k8s.plan.FindingCode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after Deployments while this manager leads: what changes is looked at soon, and everything once per interval, which is only the safety net. Guarantees that
 * two acts on one Deployment never overlap, and that when {@link #end} returns no act is on its way any more.
 */
public final class Controller implements Control, LeaderWork, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Controller.class);
    private static final Duration SOON = Duration.ofMillis(200);
    private static final Duration AFTER_AN_ACT = Duration.ofSeconds(1);
    private static final long END_SECONDS = 10;

    private final KubernetesClient client;
    private final ControlSettings settings;
    private final SharedWatches watches;
    private final Care care;
    private final ReadWriteLock acting = new ReentrantReadWriteLock(true);
    private volatile @Nullable Watch watch;

    /** What lives as long as this manager leads. */
    private record Watch(Sight sight, Agenda agenda, ExecutorService worker) {}

    /**
     * @param client closed by whoever gave it, and not before this
     * @param watches begun before this, and ended after it
     * @param leads whether this manager certainly leads; asked before each act
     */
    public Controller(
            KubernetesClient client,
            ControlSettings settings,
            SharedWatches watches,
            Journal journal,
            BooleanSupplier leads,
            InstantSource clock) {
        this.client = client;
        this.settings = settings;
        this.watches = watches;
        watches.listen(this::changed);
        this.care = new Care(client, settings, new Doing(journal, leads, clock), clock);
    }

    @Override
    public void begin() {
        end();
        Agenda agenda = new Agenda(System::nanoTime);
        Sight sight = new Sight(client, settings, watches, target -> agenda.add(target, SOON));
        ExecutorService worker = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().daemon().name("pavise-control").factory());
        Watch begun = new Watch(sight, agenda, worker);
        watch = begun;
        worker.execute(() -> run(begun));
    }

    private void changed(HasMetadata object) {
        Watch now = watch;
        if (now != null) {
            now.sight().allOf(object.getMetadata().getNamespace());
        }
    }

    @SuppressWarnings("ReferenceEquality") // this very watch, and not one like it
    private void run(Watch on) {
        long last = System.nanoTime() - settings.interval().toNanos();
        try {
            while (watch == on) {
                if (System.nanoTime() - last >= settings.interval().toNanos()) {
                    last = System.nanoTime();
                    on.sight().targets().forEach(each -> on.agenda().add(each, Duration.ZERO));
                }
                Optional<Target> due = on.agenda().take(settings.interval());
                if (due.isPresent()) {
                    look(on, due.get());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @SuppressWarnings("ReferenceEquality") // this very watch, and not one like it
    private void look(Watch on, Target target) {
        if (!on.sight().follows(target)) {
            on.agenda().add(target, AFTER_AN_ACT);
            return;
        }
        acting.readLock().lock();
        try {
            if (watch == on) {
                care.pass(on.sight(), target).ifPresent(after -> on.agenda().add(target, after));
            }
        } catch (RuntimeException | Error e) {
            // A bug, or an object of a form that nobody thought of: the others are looked after all the same.
            log.error("{} cannot be looked after", target, e);
        } finally {
            acting.readLock().unlock();
        }
    }

    @Override
    public void end() {
        Watch ended = watch;
        watch = null;
        if (ended == null) {
            return;
        }
        ended.agenda().close();
        // Not interrupted: what is on its way is waited for, and its outcome stored.
        ended.worker().shutdown();
        boolean still = false;
        try {
            still = acting.writeLock().tryLock(END_SECONDS, TimeUnit.SECONDS);
            if (!still || !ended.worker().awaitTermination(END_SECONDS, TimeUnit.SECONDS)) {
                log.error("an act is still on its way, though this manager leads no more");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            if (still) {
                acting.writeLock().unlock();
            }
            ended.worker().shutdownNow();
            ended.sight().close();
        }
    }

    @Override
    public void close() {
        end();
    }

    /** How many of the Deployments that are looked after have such a finding; none while this manager does not lead. */
    public long having(FindingCode code) {
        Watch now = watch;
        return now == null ? 0 : care.having(now.sight().targets(), code);
    }

    @Override
    public boolean ready() {
        Watch now = watch;
        return now != null && now.sight().synced();
    }

    private <T> Answer<T> leading(Function<Watch, Answer<T>> question) {
        acting.readLock().lock();
        try {
            Watch now = watch;
            return now == null || !now.sight().synced()
                    ? new Answer.Refused<>(
                            Problem.NOT_LEADER, "this manager does not lead, or has not seen the cluster yet")
                    : question.apply(now);
        } finally {
            acting.readLock().unlock();
        }
    }

    /** Restores what was done before this manager began, oldest first. */
    public void remember(Target deployment, ActionTaken action) {
        care.remember(deployment, action);
    }

    @Override
    public Answer<Status> status(Target deployment) {
        return leading(now -> care.status(now.sight(), deployment));
    }

    @Override
    public Answer<List<PodStatus>> pods(Target deployment) {
        return leading(now -> care.pods(now.sight(), deployment));
    }

    @Override
    public Answer<List<ActionTaken>> actions(Target deployment) {
        return leading(now -> new Answer.Done<>(care.actions(deployment)));
    }

    @Override
    public Answer<Scaled> scale(Target deployment, int replicas, Asked asked) {
        return leading(now -> care.scale(deployment, replicas, asked));
    }

    @Override
    public Answer<Checked> health(Target deployment, Asked asked) {
        return leading(now -> care.health(deployment, asked));
    }

    @Override
    public Answer<Reconciled> reconcile(Target deployment, Asked asked) {
        return leading(now -> care.reconcile(deployment, asked));
    }

    @Override
    public Answer<Restarted> restart(Target deployment, String reason, Asked asked) {
        return leading(now -> care.restart(deployment, reason, asked));
    }
}
