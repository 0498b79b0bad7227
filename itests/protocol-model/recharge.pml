// SPDX-License-Identifier: Apache-2.0
/*
 * Recharge by authorisations (rules R1, R2, R5, R7): two chained authorisations of one card, perhaps a burn of the first, kept by any
 * number of stations: each may be offered at any time, in any order, any number of times, and power may go at any write. Receipts are
 * signed by the card and come to the data centre late, twice or never. The card remembers the last id that it obeyed only,
 * so that the control sum has to do the work.
 *
 *   BROKEN 1  the card looks at ids only, not at the control sum
 *   BROKEN 2  the data centre gives the money back when the authorisation has expired, without proof
 *   BROKEN 3  the card writes the id first and the registers after it
 *   BROKEN 4  a burn does not move the control sum, so that what it voids stays good
 *   BROKEN 5  the data centre takes a later control sum as proof for the recharge although a burn is out
 *   BROKEN 6  the data centre posts on each receipt
 */
#ifndef BROKEN
#define BROKEN 0
#endif
#ifndef OFFERS
#define OFFERS 7
#endif

#define AMOUNT1 1
#define AMOUNT2 2
#define MONEY (AMOUNT1 + AMOUNT2)

#define APPLIED 1
#define USED 2
#define FUTURE 3
#define STALE 4

#define PENDING 1
#define POSTED 2
#define VOIDED 3

/* durable, card; ids: 1 and 2 the recharges, 3 the burn */
byte bal, burned, lastId;
byte effect[4];            /* ghost: how often each order took effect */
/* durable, data centre: the customer's account, reserved, card onCards in the book */
byte account, reserved = MONEY, onCards;
byte auth1 = PENDING, auth2 = PENDING;
bool burnIssued, expired;
/* receipts in the world: result by order, and the highest control sum signed */
bool said[16];             /* order * 4 + result - 1 */
byte sumSaid;
bool cardOver;

#define SAID(o, r) said[o * 4 + r - 1]
#define SC (bal + burned) /* nothing is spent here: Sc = Dc + Ac - Lc + Bc */

inline answer(o, r) {
    SAID(o, r) = true;
    if
    :: SC > sumSaid -> sumSaid = SC
    :: else -> skip
    fi
}

inline offer(o, needed, amount, burn) {
    if
    :: lastId == o -> if :: answer(o, USED) :: skip fi
    :: else ->
        if
#if BROKEN != 1
        :: SC < needed -> if :: answer(o, FUTURE) :: skip fi
        :: SC > needed -> if :: answer(o, STALE) :: skip fi
#endif
        :: else ->
            if
            :: skip     /* power goes before the commit */
#if BROKEN == 3
            :: lastId = o; if :: skip :: effect[o]++; bal = bal + amount fi
#endif
            :: effect[o]++;
               if
#if BROKEN == 4
               :: burn -> skip
#else
               :: burn -> burned = burned + amount
#endif
               :: else -> bal = bal + amount
               fi;
               lastId = o;
               if
               :: answer(o, APPLIED)
               :: skip  /* after the commit, or the receipt is lost */
               fi
            fi
        fi
    fi
}

active proctype Stations() {
    byte n;
    do
    :: n < OFFERS -> atomic { n++; offer(1, 0, AMOUNT1, false) }
    :: n < OFFERS -> atomic { n++; offer(2, AMOUNT1, AMOUNT2, false) }
    :: n < OFFERS && burnIssued -> atomic { n++; offer(3, 0, AMOUNT1, true) }
    :: cardOver = true; break
    od
}

inline post(a, amount) {
#if BROKEN == 6
    if :: onCards < 5 -> reserved = reserved - amount; onCards = onCards + amount :: else -> skip fi; a = POSTED
#else
    if
    :: a == PENDING -> reserved = reserved - amount; onCards = onCards + amount; a = POSTED
    :: else -> skip
    fi
#endif
}

inline giveBack(a, amount) {
    if
    :: a == PENDING -> reserved = reserved - amount; account = account + amount; a = VOIDED
    :: else -> skip
    fi
}

active proctype DataCentre() {
    do
    :: atomic { SAID(1, APPLIED) || SAID(1, USED) -> post(auth1, AMOUNT1) }
    :: atomic { SAID(2, APPLIED) || SAID(2, USED) -> post(auth2, AMOUNT2) }
    :: atomic { SAID(3, APPLIED) || SAID(3, USED) -> giveBack(auth1, AMOUNT1) }
    /* a later control sum is proof where no burn is out */
#if BROKEN == 5
    :: atomic { sumSaid >= AMOUNT1 -> post(auth1, AMOUNT1) }
#else
    :: atomic { sumSaid >= AMOUNT1 && !burnIssued -> post(auth1, AMOUNT1) }
#endif
    :: atomic { sumSaid >= AMOUNT1 + AMOUNT2 -> post(auth2, AMOUNT2) }
    :: atomic { auth1 == PENDING && !burnIssued -> burnIssued = true }
    :: atomic { !expired -> expired = true }
#if BROKEN == 2
    :: atomic { expired -> giveBack(auth1, AMOUNT1) }
#endif
    :: break
    od;
    /* All quiet: what is still pending is offered once more, in order, and a receipt settles it. With one id kept the card may have
       forgotten which of recharge and burn it obeyed; its load log, which the last meeting reads, says it. */
    atomic {
        cardOver ->
        if
        :: SC == 0 && burnIssued -> burned = burned + AMOUNT1; effect[3]++; lastId = 3
        :: SC == 0 && !burnIssued -> bal = bal + AMOUNT1; effect[1]++; lastId = 1
        :: else -> skip
        fi;
        if
        :: SC == AMOUNT1 -> bal = bal + AMOUNT2; effect[2]++; lastId = 2
        :: else -> skip
        fi;
        if
        :: auth1 == PENDING && effect[3] == 0 -> post(auth1, AMOUNT1)
        :: auth1 == PENDING && effect[3] == 1 -> giveBack(auth1, AMOUNT1)
        :: else -> skip
        fi;
        post(auth2, AMOUNT2);
        assert(reserved == 0 && onCards == bal && account + bal == MONEY)
    }
}

active proctype Watch() {
end:
    atomic {
        !(account + reserved + onCards == MONEY          /* the book */
            && bal <= onCards + reserved                 /* the card never has more than was posted or is reserved for it */
            && onCards <= bal                            /* and what was posted is on it */
            && effect[1] <= 1 && effect[2] <= 1 && effect[3] <= 1 && effect[1] + effect[3] <= 1
            && (auth1 != VOIDED || effect[1] == 0)) ->
        assert(false)
    }
}
