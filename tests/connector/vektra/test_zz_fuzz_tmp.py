import random, json
from decimal import Decimal as D
from datetime import date, timedelta
import yaml, jsonschema_rs
from tests.connector.vektra.conftest import *
from tests.connector.vektra.services import *

DOC = yaml.safe_load(ROOT.joinpath('openapi/vektra.yaml').read_text())
def conv(s):
    if isinstance(s, dict):
        out={k:conv(v) for k,v in s.items() if k not in('description','example','examples')}
        if out.pop('nullable',False):
            return {'anyOf':[out,{'type':'null'}]} if '$ref' in out or 'allOf' in out or 'enum' in out else {**out,'type':[out['type'],'null']} if 'type' in out else out
        return out
    if isinstance(s, list): return [conv(x) for x in s]
    return s
DEFS={k:conv(v) for k,v in DOC['components']['schemas'].items()}
def checker(name):
    return jsonschema_rs.Draft4Validator({'$ref':f'#/components/schemas/{name}','components':{'schemas':DEFS}})
ANS, CON, SIM = checker('ServiceAnswer'), checker('ContractWithHistory'), checker('ServiceSimulation')

def post(caller, path, body):
    a = caller.send("POST", path, body)
    assert a.status_code < 500, (path, body, a.text)
    return a.status_code, json.loads(a.text, parse_float=D)

def test_fuzz(caller):
    rnd = random.Random(29)
    codes = {}
    for n in range(60):
        acc = rnd.choice(["ACME","HARBOR","BRUNATEC","ODDAFAB"])
        cur = rnd.choice(["USD","NOK","EUR"])
        lines=[]
        for _ in range(rnd.choice([1,1,1,2])):
            l={"sku":"CARE-PLUS","quantity":rnd.choice([1,3,4,"2.5",7]),"term_months":rnd.choice([1,6,12,12,24,36,"7.5"])}
            if rnd.random()<.6: l["start_date"]=(date(2026,11,21)+timedelta(days=rnd.randint(-400,100))).isoformat()
            if rnd.random()<.3: l["discount_percent"]=rnd.choice([3,5,7.5,15])
            if rnd.random()<.3: l["configuration"]={"coverage_level":rnd.choice(["Extended","Total"])}
            lines.append(l)
        q=caller.send("POST","/quotes",{"account_id":acc,"currency":cur,"lines":lines, "discount_percent":rnd.choice([0,0,2])} )
        if q.status_code!=201:
            continue
        o=order(caller,q.json())
        for cid in o["contracts"]:
            for step in range(5):
                c=json.loads(caller.send("GET",f"/services/{cid}").text, parse_float=D)
                assert not list(CON.iter_errors(json.loads(json.dumps(c,default=float)))), list(CON.iter_errors(json.loads(json.dumps(c,default=float))))[:3]
                assert sum(D(x["total"]) for x in c["charges"])==D(c["value"])
                act_=rnd.choice(["amend","amend","amend","renew","terminate"])
                body={"action":act_}
                if act_=="amend":
                    body["changes"]=rnd.choice([{"coverage_level":rnd.choice(["Standard","Extended","Total"])},{"quantity":rnd.choice([1,2,5,"3.25"])},{"response":"4 hours"},{"response":"4 hours","coverage_level":"Total"},{"coverage_level":"Extended","quantity":9}])
                    if rnd.random()<.3 : body["charge_id"]=rnd.choice(c["charges"])["id"]
                if act_=="renew" and rnd.random()<.5: body["uplift_percent"]=rnd.choice([3,"2.75",-5])
                if act_=="renew" and rnd.random()<.5: body["term_months"]=rnd.choice([1,6,"4.5",60])
                if rnd.random()<.7:
                    s=date.fromisoformat(c["start_date"]); e=date.fromisoformat(c["end_date"])
                    body["effective_date"]=(s+timedelta(days=rnd.randint(-3,(e-s).days+3))).isoformat()
                st,dry=post(caller,f"/services/{cid}",{**body,"dry_run":True})
                c2=json.loads(caller.send("GET",f"/services/{cid}").text, parse_float=D)
                assert c2==c
                sim=caller.send("GET",f"/services/{cid}/simulate?action=terminate" + (f"&from={body['effective_date']}" if "effective_date" in body else ""))
                assert sim.status_code in (200,409,422),sim.text
                if sim.status_code==200: assert not list(SIM.iter_errors(sim.json()))
                st2,real=post(caller,f"/services/{cid}",body)
                assert st==st2,(body,dry,real)
                codes[(act_,st2,real.get("code"))]=codes.get((act_,st2,real.get("code")),0)+1
                if st2!=200: continue
                errs=list(ANS.iter_errors(json.loads(json.dumps(real,default=float))))
                assert not errs,(errs[0].message, errs[0].instance_path)
                assert [ {k:v for k,v in x.items()} for x in dry["instructions"]]==real["instructions"]
                total=sum(D(x["amount"]) for x in real["instructions"])
                if act_!="terminate":
                    if real["quote"]: assert D(real["quote"]["totals"]["net"])==total,(body,real["instructions"],real["quote"]["totals"])
                else:
                    fee=real["termination_fee"]; assert fee==dry["termination_fee"]
                    assert sum(D(r["amount"]) for r in fee["rows"])==D(fee["amount"])
                    back=sum(D(r["amount"]) for r in fee["rows"] if r["code"]=="paid_back")
                    assert D(real["order"]["totals"]["net"])==D(fee["amount"])-back
                for ins in real["instructions"]:
                    p=ins["proration"]
                    if p: assert abs(D(p["factor"])-D(p["numerator"])/D(p["denominator"]))<D("1e-11")
                if real["quote"] and real["quote"]["status"]=="draft":
                    before=D(c["value"])
                    if rnd.random()<.7:
                        try: placed=order(caller,real["quote"])
                        except AssertionError as e:
                            codes["order",str(e)[:60]]=codes.get(("order",str(e)[:60]),0)+1; continue
                        if act_=="amend":
                            c3=json.loads(caller.send("GET",f"/services/{cid}").text, parse_float=D)
                            assert D(c3["value"])==before+total,(before,total,c3["value"])
                        else:
                            [nid]=placed["contracts"]
                            c4=json.loads(caller.send("GET",f"/services/{nid}").text, parse_float=D)
                            assert D(c4["value"])==sum(D(x["amount"]) for x in real["instructions"] if x["op"]=="renew")
    for k,v in sorted(codes.items(),key=str): print(k,v)
