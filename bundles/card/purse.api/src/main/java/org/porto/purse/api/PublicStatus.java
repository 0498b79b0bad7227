// SPDX-License-Identifier: Apache-2.0
package org.porto.purse.api;

/** What anybody may read: nothing that tells one card from another (issue: no linking before recognition). */
public record PublicStatus(int appletVersion, PurseState state) {}
