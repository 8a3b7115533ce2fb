package io.whorl.core.liveness;

import io.whorl.core.message.LivenessMessage.News;
import io.whorl.core.message.LivenessMessage.Status;
import io.whorl.core.ring.NodeId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** News to be told, each a bounded number of times, what was told least first (SWIM, section 4.1). */
final class NewsQueue {
    private final List<Item> items = new ArrayList<>();

    private static final class Item {
        private final News news;
        private int told;

        Item(News news) {
            this.news = news;
        }
    }

    /** To be told from now on; what was to be told of that member before is settled by it, but for suspicions of others. */
    void add(News news) {
        items.removeIf(item -> item.news.member().equals(news.member())
                && (news.status() != Status.SUSPECT
                        || item.news.status() != Status.SUSPECT
                        || item.news.incarnation() != news.incarnation()
                        || item.news.run() != news.run()
                        || item.news.by().equals(news.by())));
        items.add(new Item(news));
    }

    /** Nothing more is told of that member. */
    void forget(NodeId member) {
        items.removeIf(item -> item.news.member().equals(member));
    }

    /** What to tell in one message, at most so much, each piece at most so often in all; nothing about that member. */
    List<News> take(int most, int tellings, NodeId but) {
        if (items.isEmpty()) {
            return List.of();
        }
        items.sort(Comparator.comparingInt(item -> item.told));
        List<News> taken = new ArrayList<>();
        for (Item item : items) {
            if (taken.size() < most && !item.news.member().equals(but)) {
                taken.add(item.news);
                item.told++;
            }
        }
        items.removeIf(item -> item.told >= tellings);
        return taken;
    }

    int size() {
        return items.size();
    }
}
