// SPDX-License-Identifier: Apache-2.0
package org.porto.authorisation.core.internal;

import org.porto.model.api.TransactionId;
import org.porto.protocol.recharge.ListEntry;

/**
 * A listed order that rolls a key of a card over.
 *
 * @param listedVersion list version that brought it
 */
record KeyEntry(TransactionId id, ListEntry entry, long listedVersion) {}
