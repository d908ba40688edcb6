"""What people agree to before they get a code, in the words they read. Only at the identity party: it alone has persons."""

from typing import Final

from dure.foundations.people.types import ConsentText, Purpose

CONSENT: Final = ConsentText(
    purpose=Purpose("checkin"),
    version=1,
    required=False,
    title={"ko": "QR 체크인", "en": "QR check-in"},
    body={
        "ko": (
            "왜: 감염병이 퍼질 때 환자와 같은 곳에 있던 분께 알려 드리기 위해서입니다(감염병예방법 제18조, 제76조의2).\n\n"
            "무엇을: 두레는 날마다 바뀌는 이름표만 만듭니다. 어디에 갔는지는 두레가 모르고, 누가 왔는지는 가게와 방문"
            " 기록을 맡은 곳이 모릅니다. 방문 기록을 맡은 곳은 장소와 30분 단위의 시간을, 누구의 것인지 모르게 잠근"
            " 이름표와 함께 둡니다.\n\n"
            "누구에게: 보건 당국의 담당자 두 사람이 한 장소의 몇 시간을 함께 조회하고 그 사실이 공개 기록에 남은 뒤에만"
            " 잠금이 풀립니다. 그때 두레가 해당하는 분께 알립니다.\n\n"
            "얼마 동안: 28일. 그 뒤에는 열쇠를 없애 아무도 읽을 수 없습니다.\n\n"
            "동의하지 않아도 두레의 다른 기능은 모두 쓸 수 있고, 언제든지 거둘 수 있습니다. 거두면 새 코드를 만들지"
            " 않습니다. 이미 받아 둔 오늘과 내일의 코드는 그날이 지나면 쓸모가 없어지고, 이미 남은 기록은 28일째에"
            " 사라집니다."
        ),
        "en": (
            "Why: to tell people that they were at the same place as somebody with an infectious disease (articles 18 and"
            " 76-2 of the Infectious Disease Control and Prevention Act).\n\n"
            "What: Dure makes a label of you that is another one every day. Dure does not learn where you go; neither the"
            " shop nor the party that keeps the visits learns who you are. That party keeps place and half hour, with your"
            " label locked so that it cannot tell whose it is.\n\n"
            "To whom: the lock opens only when two officers of a health authority ask together for one place and a few"
            " hours, and that stands in the public log. Dure then tells those concerned.\n\n"
            "How long: 28 days. Then the keys are destroyed, and nobody can read anything any more.\n\n"
            "Everything else works without it, and you can take it back at any time: no new codes are made. Codes of today"
            " and tomorrow that a telephone holds already end with their day, and what was recorded ends on day 28."
        ),
    },
)
