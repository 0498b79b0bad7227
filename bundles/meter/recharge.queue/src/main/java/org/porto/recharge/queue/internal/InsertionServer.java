// SPDX-License-Identifier: Apache-2.0
package org.porto.recharge.queue.internal;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;
import org.porto.card.api.CardCode;
import org.porto.card.api.CardInsertionHandler;
import org.porto.model.api.RefusedException;
import org.porto.model.api.UncertainException;
import org.porto.recharge.api.RechargeOutcome;
import org.porto.recharge.api.RechargeQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves every card that comes (E claim 1: the station recharges when the card is inserted). */
@Component(
        name = "org.porto.recharge.insertion",
        configurationPid = "org.porto.recharge.queue",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class InsertionServer implements CardInsertionHandler {

    private static final Logger LOG = LoggerFactory.getLogger(InsertionServer.class);

    private final RechargeQueue queue;
    private final boolean serving;

    @Activate
    public InsertionServer(QueueConfig config, @Reference RechargeQueue queue) {
        this(queue, config.serve_on_insertion());
    }

    InsertionServer(RechargeQueue queue, boolean serving) {
        this.queue = queue;
        this.serving = serving;
    }

    @Override
    public void cardInserted(String readerName) {
        if (!serving || queue.size() == 0) {
            return;
        }
        try {
            for (RechargeOutcome outcome : queue.serve(readerName)) {
                LOG.info("card {}: entry {} {}", outcome.card(), outcome.entryId(), outcome.result());
            }
        } catch (RefusedException e) {
            if (e.code().equals(CardCode.CARD_ABSENT.code())) {
                LOG.debug("card left {} before it was served", readerName);
            } else {
                LOG.warn("{}: card in {} not served: {}", e.code(), readerName, e.getMessage());
            }
        } catch (UncertainException e) {
            LOG.warn("{}: card in {} left while it was served: {}", e.code(), readerName, e.getMessage());
        }
    }
}
