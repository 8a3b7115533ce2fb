package io.whorl.core.ring;

import io.whorl.api.BucketOptions;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Creates, changes and drops buckets in a {@link Draft}. */
final class BucketChanges {
    private final Draft draft;

    BucketChanges(Draft draft) {
        this.draft = draft;
    }

    Change.Judgement create(Change.CreateBucket create) {
        Optional<BucketDefinition> existing = named(create.name());
        if (existing.isPresent()) {
            return existing.get().options().equals(create.options())
                    ? Change.ALREADY
                    : Draft.refused(
                            Change.Why.MISMATCH,
                            "bucket '" + create.name() + "' exists with "
                                    + existing.get().options() + ", not with " + create.options()
                                    + "; open it with its own options or take another name");
        }
        if (!Names.isName(create.name())) {
            return Draft.refused(Change.Why.INVALID, Names.expected("bucket name", create.name()));
        }
        if (draft.buckets.size() >= ClusterState.MAX_BUCKETS) {
            return Draft.refused(
                    Change.Why.NOT_POSSIBLE,
                    "the cluster has " + ClusterState.MAX_BUCKETS + " buckets, the most there can be; drop one first");
        }
        if (draft.buckets.stream().anyMatch(bucket -> bucket.number() == draft.epoch)) {
            // A bucket's number is its epoch.
            return Change.LATER;
        }
        draft.buckets.add(new BucketDefinition(draft.epoch, create.name(), create.options()));
        return Change.DONE;
    }

    private Optional<BucketDefinition> named(String name) {
        return draft.buckets.stream()
                .filter(bucket -> bucket.name().equals(name))
                .findFirst();
    }

    Change.Judgement change(Change.ChangeBucket change) {
        Optional<BucketDefinition> found = named(change.name());
        if (found.isEmpty()) {
            return Draft.refused(
                    Change.Why.NOT_POSSIBLE,
                    "there is no bucket '" + change.name() + "' to be changed; it may have been dropped");
        }
        BucketDefinition bucket = found.get();
        BucketOptions now = bucket.options();
        BucketOptions next = change.options();
        if (now.equals(next)) {
            return Change.ALREADY;
        }
        if (now.conflicts() != next.conflicts() || now.durability() != next.durability()) {
            return Draft.refused(
                    Change.Why.MISMATCH,
                    "of a bucket that exists, N, R, W and the kind of quorums can be changed, but not what becomes of"
                            + " concurrent writes, nor the durability: bucket '" + bucket.name() + "' has " + now
                            + ", asked for was " + next + ". Create another bucket and copy the data");
        }
        if (resizing(bucket).isPresent()) {
            return Draft.refused(
                    Change.Why.NOT_POSSIBLE,
                    "the number of replicas of bucket '" + bucket.name()
                            + "' is being changed at the moment; wait until its moves are finished");
        }
        draft.buckets.remove(bucket);
        draft.buckets.add(new BucketDefinition(bucket.number(), bucket.name(), next));
        draft.buckets.sort(Comparator.comparingLong(BucketDefinition::number));
        if (now.replicas() != next.replicas()) {
            List<Integer> copies = Collections.nCopies(draft.lists.size(), now.replicas());
            draft.resizings.add(new Resizing(bucket.number(), now.readQuorum(), now.writeQuorum(), copies));
        }
        // Requests with the former quorums are refused from here on.
        Arrays.fill(draft.changed, draft.epoch);
        return Change.DONE;
    }

    private Optional<Resizing> resizing(BucketDefinition bucket) {
        return draft.resizings.stream()
                .filter(each -> each.bucket() == bucket.number())
                .findFirst();
    }

    Change.Judgement drop(Change.DropBucket drop) {
        if (!draft.buckets.removeIf(bucket -> bucket.number() == drop.number())) {
            return Change.ALREADY;
        }
        draft.resizings.removeIf(each -> each.bucket() == drop.number());
        draft.moves.removeIf(move -> move.bucket() == drop.number());
        draft.retiring.removeIf(each -> each.bucket() == drop.number());
        return Change.DONE;
    }
}
